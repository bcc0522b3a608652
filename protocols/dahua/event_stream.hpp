#pragma once
#include "protocols/dahua/parts.hpp"
#include "protocols/dahua/session.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gatehouse::dahua {

// The endless answer of eventManager (events) or snapManager (events and pictures): parts become events,
// pictures join the event before them. A part nobody understands is counted and never ends it.
class EventStream {
public:
    enum class Way { events, pictures };
    EventStream(Session& session, Way way);

    // Errors: those of the HTTP client; unsupported when the device refuses this stream.
    asio::awaitable<base::Result<void>> open();
    // Resumes with the reason, in one plain sentence, when the stream is over.
    asio::awaitable<std::string> read();
    // The stream is to be given up for this reason.
    void give_up(std::string why);
    [[nodiscard]] const std::string& refusal() const { return refusal_; }
    [[nodiscard]] Way way() const { return way_; }

private:
    asio::awaitable<std::string> read_bytes();
    asio::awaitable<void> watch_silence();
    asio::awaitable<void> take_parts();
    asio::awaitable<void> take_text(std::string_view text);
    void pair(Mapped& mapped) const;
    asio::awaitable<void> take_picture(const Part& part);
    asio::awaitable<void> deliver_held();
    asio::awaitable<void> expire(std::uint64_t ticket);
    void count_flaws();

    Session& session_;
    Way way_;
    std::unique_ptr<net::HttpStream> stream_;
    std::optional<PartScanner> parts_;
    std::vector<Mapped> held_; // wait for the picture that follows their text
    std::uint64_t ticket_ = 0; // of what is held
    std::uint64_t flaws_counted_ = 0;
    std::string refusal_;
    std::string give_up_;
    base::MonoTime heard_at_{};
    base::MonoTime opened_at_{};
    bool reading_ = false; // waits for bytes
    base::TaskGroup timers_;
};

// The pictures of one event out of the JPEGs that came joined in one part; a cut that is not one makes it a
// single picture (sheet §4).
[[nodiscard]] std::vector<model::Picture> cut_pictures(const std::shared_ptr<const std::string>& joined,
                                                       const std::vector<PictureCut>& cuts);

} // namespace gatehouse::dahua
