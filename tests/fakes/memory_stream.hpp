#pragma once
#include "gateway/base/byte_stream.hpp"
#include "gateway/base/wakeup.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gatehouse::fakes {

// One direction of a connection in memory.
struct MemoryPipe {
    explicit MemoryPipe(asio::any_io_executor executor) : changed(std::move(executor)) {}
    std::string bytes;
    bool closed = false;
    base::Wakeup changed;
};

// One end of a connection in memory. Bytes arrive in pieces of at most `piece_max`, as on a bad network.
class MemoryStream final : public base::ByteStream {
public:
    MemoryStream(std::shared_ptr<MemoryPipe> in, std::shared_ptr<MemoryPipe> out,
                 std::size_t piece_max = SIZE_MAX)
        : in_(std::move(in)), out_(std::move(out)), piece_max_(piece_max)
    {
    }
    ~MemoryStream() override { close(); }

    asio::awaitable<base::Result<std::size_t>> read_some(std::span<std::byte> into) override;
    asio::awaitable<base::Result<void>> write(std::span<const std::byte> bytes) override;
    void close() noexcept override;
    [[nodiscard]] std::string peer() const override { return address; }

    std::string address; // what peer() says

private:
    std::shared_ptr<MemoryPipe> in_;
    std::shared_ptr<MemoryPipe> out_;
    std::size_t piece_max_;
};

// Two streams joined to each other; the first says that `peer` is at its other end.
[[nodiscard]] std::pair<std::unique_ptr<base::ByteStream>, std::unique_ptr<base::ByteStream>>
connected(asio::any_io_executor executor, std::string peer = {});

// The device's end of a connection, worked by hand from a test; run the io_context after each step.
class MemoryPeer {
public:
    MemoryPeer(std::shared_ptr<MemoryPipe> in, std::shared_ptr<MemoryPipe> out)
        : in_(std::move(in)), out_(std::move(out))
    {
    }

    // What the gateway has written since the last call.
    std::string take() { return std::exchange(in_->bytes, {}); }
    void send(std::string_view bytes);
    void hang_up();
    // Whether the gateway has closed its end.
    [[nodiscard]] bool abandoned() const { return in_->closed; }

private:
    std::shared_ptr<MemoryPipe> in_;
    std::shared_ptr<MemoryPipe> out_;
};

// Connects to peers in memory. Every connection made is kept, in order, for the test to play the device.
class MemoryConnector final : public base::Connector {
public:
    explicit MemoryConnector(asio::any_io_executor executor) : executor_(std::move(executor)) {}

    asio::awaitable<base::Result<std::unique_ptr<base::ByteStream>>> connect(base::Target target) override;
    // Notes it; the bytes stay as they are.
    asio::awaitable<base::Result<std::unique_ptr<base::ByteStream>>>
    start_tls(std::unique_ptr<base::ByteStream> plain, base::Target target) override;

    std::vector<base::Target> tls_started;
    // The next connections fail with this until it is cleared.
    std::optional<base::error_code> refusal;
    // Nor do they come about while this is set.
    bool unanswered = false;
    std::size_t piece_max = SIZE_MAX;
    std::vector<base::Target> targets;
    std::vector<std::unique_ptr<MemoryPeer>> peers;

private:
    asio::any_io_executor executor_;
};

} // namespace gatehouse::fakes
