#pragma once
#include "tests/fakes/memory_stream.hpp"
#include "vision/link/messages.hpp"
#include "vision/link/worker_process.hpp"

#include <gtest/gtest.h>

namespace gatehouse::vision {

// Workers in memory, whose ends of the line a test works by hand.
class FakeWorkers {
public:
    explicit FakeWorkers(asio::any_io_executor executor) : executor_(std::move(executor)) {}

    struct Fate {
        bool killed = false;
        std::optional<std::string> ended;
        std::uint64_t resident_bytes = 50 << 20;
    };

    [[nodiscard]] SpawnWorker spawner()
    {
        return [this]() -> base::Result<std::unique_ptr<WorkerProcess>> {
            ++spawned;
            if (refusal) return *refusal;
            auto there = std::make_shared<fakes::MemoryPipe>(executor_);
            auto back = std::make_shared<fakes::MemoryPipe>(executor_);
            peer = std::make_unique<fakes::MemoryPeer>(there, back);
            fate = std::make_shared<Fate>();
            unread_.clear();
            std::unique_ptr<WorkerProcess> made = std::make_unique<Process>(
                std::make_unique<fakes::MemoryStream>(back, there), fate, 1000 + spawned);
            return made;
        };
    }

    void say(const FromWorker& message) const { peer->send(*encode(message)); }
    // What the daemon has said since the last call.
    std::vector<ToWorker> heard()
    {
        unread_ += peer->take();
        std::vector<ToWorker> all;
        for (auto step = decode_frame(unread_); step.frame; step = decode_frame(unread_)) {
            unread_.erase(0, step.consumed);
            auto message = decode_to_worker(std::move(*step.frame));
            EXPECT_TRUE(message);
            if (message) all.push_back(std::move(*message));
        }
        return all;
    }

    int spawned = 0;
    std::optional<base::error_code> refusal;
    std::unique_ptr<fakes::MemoryPeer> peer; // of the newest
    std::shared_ptr<Fate> fate;              // the same

private:
    class Process final : public WorkerProcess {
    public:
        Process(std::unique_ptr<base::ByteStream> stream, std::shared_ptr<Fate> fate, int pid)
            : stream_(std::move(stream)), fate_(std::move(fate)), pid_(pid)
        {
        }
        [[nodiscard]] base::ByteStream& stream() override { return *stream_; }
        [[nodiscard]] int pid() const override { return pid_; }
        [[nodiscard]] std::uint64_t resident_bytes() const override { return fate_->resident_bytes; }
        void kill() noexcept override
        {
            fate_->killed = true;
            if (!fate_->ended) fate_->ended = "it was ended by signal 9";
        }
        [[nodiscard]] std::optional<std::string> ended() override { return fate_->ended; }

    private:
        std::unique_ptr<base::ByteStream> stream_;
        std::shared_ptr<Fate> fate_;
        int pid_;
    };

    asio::any_io_executor executor_;
    std::string unread_;
};

} // namespace gatehouse::vision
