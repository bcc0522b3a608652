#include "tests/fakes/memory_datagrams.hpp"

#include <boost/asio/error.hpp>

namespace gatehouse::fakes {

class MemoryDatagrams::Port final : public base::DatagramPort {
public:
    Port(MemoryDatagrams& net, base::Endpoint local, std::shared_ptr<Inbox> inbox)
        : net_(net), local_(std::move(local)), inbox_(std::move(inbox))
    {
    }
    ~Port() override { net_.inboxes_.erase(local_.port); }
    Port(const Port&) = delete;
    Port& operator=(const Port&) = delete;

    asio::awaitable<base::Result<void>> send(base::Endpoint to, std::span<const std::byte> bytes) override
    {
        if (net_.send_refusal) co_return *net_.send_refusal;
        std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        if (net_.on_send) net_.on_send(local_, to, std::move(text));
        co_return base::Result<void>();
    }

    asio::awaitable<base::Result<base::Datagram>> receive() override
    {
        const auto inbox = inbox_;
        while (inbox->waiting.empty())
            co_await inbox->changed.wait();
        auto datagram = std::move(inbox->waiting.front());
        inbox->waiting.pop_front();
        co_return datagram;
    }

    [[nodiscard]] base::Endpoint local() const override { return local_; }

private:
    MemoryDatagrams& net_;
    base::Endpoint local_;
    std::shared_ptr<Inbox> inbox_;
};

base::OpenDatagramPort MemoryDatagrams::opener()
{
    return [this](const base::Endpoint& local) { return open(local); };
}

bool MemoryDatagrams::deliver(const base::Endpoint& from, std::uint16_t port, std::string bytes)
{
    const auto found = inboxes_.find(port);
    if (found == inboxes_.end()) return false;
    base::Datagram datagram;
    datagram.from = from;
    const auto* first = reinterpret_cast<const std::byte*>(bytes.data());
    datagram.bytes.assign(first, first + bytes.size());
    found->second->waiting.push_back(std::move(datagram));
    found->second->changed.notify();
    return true;
}

base::Result<std::unique_ptr<base::DatagramPort>> MemoryDatagrams::open(const base::Endpoint& local)
{
    if (open_refusal) return *open_refusal;
    auto where = local;
    while (where.port == 0 || (local.port == 0 && is_open(where.port)))
        where.port = next_port++;
    if (is_open(where.port)) return base::error_code(asio::error::address_in_use);
    auto inbox = std::make_shared<Inbox>(executor_);
    inboxes_[where.port] = inbox;
    return std::make_unique<Port>(*this, std::move(where), std::move(inbox));
}

} // namespace gatehouse::fakes
