#include "tests/fakes/memory_stream.hpp"

#include <algorithm>

namespace gatehouse::fakes {

using base::Errc;

asio::awaitable<base::Result<std::size_t>> MemoryStream::read_some(std::span<std::byte> into)
{
    const auto pipe = in_; // close() of ours may come while we wait
    while (pipe->bytes.empty()) {
        if (pipe->closed) co_return Errc::closed;
        co_await pipe->changed.wait();
    }
    const std::size_t size = std::min({into.size(), pipe->bytes.size(), piece_max_});
    std::copy_n(reinterpret_cast<const std::byte*>(pipe->bytes.data()), size, into.begin());
    pipe->bytes.erase(0, size);
    co_return size;
}

asio::awaitable<base::Result<void>> MemoryStream::write(std::span<const std::byte> bytes)
{
    if (out_->closed) co_return Errc::closed;
    out_->bytes.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    out_->changed.notify();
    co_return base::Result<void>();
}

void MemoryStream::close() noexcept
{
    for (const auto& pipe : {in_, out_}) {
        pipe->closed = true;
        pipe->changed.notify();
    }
}

std::pair<std::unique_ptr<base::ByteStream>, std::unique_ptr<base::ByteStream>>
connected(asio::any_io_executor executor, std::string peer)
{
    const auto there = std::make_shared<MemoryPipe>(executor);
    const auto back = std::make_shared<MemoryPipe>(executor);
    auto ours = std::make_unique<MemoryStream>(back, there);
    ours->address = std::move(peer);
    return {std::move(ours), std::make_unique<MemoryStream>(there, back)};
}

void MemoryPeer::send(std::string_view bytes)
{
    out_->bytes += bytes;
    out_->changed.notify();
}

void MemoryPeer::hang_up()
{
    out_->closed = true;
    out_->changed.notify();
    in_->closed = true;
}

asio::awaitable<base::Result<std::unique_ptr<base::ByteStream>>> MemoryConnector::connect(base::Target target)
{
    targets.push_back(std::move(target));
    if (refusal) co_return *refusal;
    base::Wakeup never(executor_);
    while (unanswered)
        co_await never.wait();
    const auto there = std::make_shared<MemoryPipe>(executor_);
    const auto back = std::make_shared<MemoryPipe>(executor_);
    peers.push_back(std::make_unique<MemoryPeer>(there, back));
    co_return std::make_unique<MemoryStream>(back, there, piece_max);
}

asio::awaitable<base::Result<std::unique_ptr<base::ByteStream>>>
MemoryConnector::start_tls(std::unique_ptr<base::ByteStream> plain, base::Target target)
{
    tls_started.push_back(std::move(target));
    co_return plain;
}

} // namespace gatehouse::fakes
