#pragma once
#include "gateway/base/asio.hpp"
#include "vision/link/messages.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <variant>

namespace gatehouse::vision {

// Whether there is a worker that looks. why: one plain sentence when there is none.
struct WorkerState {
    bool up = false;
    std::string why;
};

// What is told of a camera that is watched.
using News = std::variant<WorkerState, Stream, PlateRead, Finding, Presence, CameraFigures>;
// Never waits, never throws.
using Observer = std::function<void(News)>;

// A camera is watched until this goes away. It must not outlive the Eyes.
class Watching {
public:
    virtual ~Watching() = default;
};

// How the worker does, for `gatehouse status`.
struct EyesStatus {
    enum class State { off, starting, up, away }; // off: nobody needs it
    State state = State::off;
    std::string why; // one plain sentence when away
    std::string version;
    std::vector<ModelState> models;
    int pid = 0;
    std::size_t cameras = 0;
    std::uint64_t restarts = 0;
    std::uint64_t resident_bytes = 0;
};
[[nodiscard]] std::string_view to_string(EyesStatus::State state); // off | starting | up | away
// One sentence; empty: the worker has the networks that read plates, or has not said yet.
[[nodiscard]] std::string why_no_plates(const EyesStatus& status);

// Looks at pictures for whoever cannot: drivers of cameras and the API. The worker behind it is started when
// it is first needed and may be away at any time; what is watched is taken up again when it comes back. io
// thread only.
class Eyes {
public:
    virtual ~Eyes() = default;
    // The observer is called from now on, first with whether there is a worker. Whoever watches a camera that
    // is watched already takes it over; the other's observer hears nothing more.
    [[nodiscard]] virtual std::unique_ptr<Watching> watch(Watch wanted, Observer observer) = 0;
    // Something is about to happen before the camera. Nothing happens when it is not watched.
    virtual void trigger(const std::string& camera, std::chrono::milliseconds span) = 0;
    // The camera was aimed anew on purpose: all that was learnt of it goes, what is kept too, and learning
    // begins. Errors: not_found (it is not watched), unavailable (no worker; nothing was done).
    virtual asio::awaitable<base::Result<void>> relearn(std::string camera) = 0;
    // Errors: busy (too many wait already, or the worker says so), unavailable (no worker, or it ended over
    // it; it is not asked again, for the picture may be why), timed_out, too_large, and the worker's
    // refusals: not_found, bad_input, failed.
    virtual asio::awaitable<base::Result<Answer>>
    ask(Question question, std::string order, std::string picture, std::chrono::milliseconds limit) = 0;
    [[nodiscard]] virtual EyesStatus status() const = 0;
};

} // namespace gatehouse::vision
