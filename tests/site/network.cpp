#include "tests/site/network.hpp"

#include <algorithm>

namespace gatehouse::site {
namespace {

using namespace std::chrono_literals;

// The gateway's end of a connection, over a wire that may be bad.
class BadStream final : public base::ByteStream {
public:
    BadStream(std::unique_ptr<base::ByteStream> inner, std::shared_ptr<Wire> wire, base::Clock& clock,
              base::Random& random)
        : inner_(std::move(inner)), wire_(std::move(wire)), clock_(clock), random_(random)
    {
    }

    asio::awaitable<base::Result<std::size_t>> read_some(std::span<std::byte> into) override
    {
        const auto piece = into.first(std::min(into.size(), std::max<std::size_t>(1, wire_->piece_max)));
        const auto size = co_await inner_->read_some(piece);
        if (!size) co_return size.error();
        while (wire_->mute && !wire_->unplugged)
            co_await clock_.sleep_for(1s);
        if (random_.uniform() < wire_->delay_rate) co_await clock_.sleep_for(random_delay());
        if (random_.uniform() < wire_->cut_rate) {
            inner_->close();
            co_return base::Errc::closed;
        }
        if (random_.uniform() < wire_->corrupt_rate) corrupt(piece.first(*size));
        co_return *size;
    }

    asio::awaitable<base::Result<void>> write(std::span<const std::byte> bytes) override
    {
        return inner_->write(bytes);
    }

    void close() noexcept override { inner_->close(); }

private:
    [[nodiscard]] std::chrono::milliseconds random_delay() const
    {
        return std::chrono::milliseconds(
            static_cast<std::int64_t>(random_.uniform() * static_cast<double>(wire_->delay_max.count())));
    }

    // Sixteen bytes that are neither text nor UTF-8: nothing another plate or number could be read from.
    void corrupt(std::span<std::byte> bytes) const
    {
        const auto first = static_cast<std::size_t>(random_.uniform() * static_cast<double>(bytes.size()));
        for (auto& byte : bytes.subspan(first, std::min<std::size_t>(16, bytes.size() - first)))
            byte = std::byte{0xff};
    }

    std::unique_ptr<base::ByteStream> inner_;
    std::shared_ptr<Wire> wire_;
    base::Clock& clock_;
    base::Random& random_;
};

} // namespace

fakes::FakeIsapi& Network::add(const std::string& host)
{
    auto& place = places_[host];
    place.device = std::make_unique<fakes::FakeIsapi>(executor_, clock_);
    place.wire = std::make_shared<Wire>();
    return *place.device;
}

std::vector<fakes::FakeIsapi*> Network::devices() const
{
    std::vector<fakes::FakeIsapi*> found;
    for (const auto& [host, place] : places_)
        found.push_back(place.device.get());
    return found;
}

void Network::unplug_all()
{
    for (auto& [host, place] : places_) {
        place.wire->unplugged = true;
        place.device->cut();
    }
}

void Network::plug_in_all()
{
    // A new wire: what still holds the old one stays cut off.
    for (auto& [host, place] : places_)
        place.wire = std::make_shared<Wire>();
}

void Network::heal_all()
{
    for (auto& [host, place] : places_)
        place.wire->heal();
}

void Network::stop()
{
    for (auto& [host, place] : places_)
        place.device->stop();
}

asio::awaitable<base::Result<std::unique_ptr<base::ByteStream>>> Network::connect(base::Target target)
{
    if (outside != nullptr && target.host.ends_with(".example"))
        co_return co_await outside->connect(std::move(target));
    const auto found = places_.find(target.host);
    if (found == places_.end() || found->second.wire->unplugged) co_return base::Errc::unreachable;
    auto wire = found->second.wire;
    auto inner = co_await found->second.device->connect(std::move(target));
    if (!inner) co_return inner.error();
    co_return std::make_unique<BadStream>(std::move(*inner), std::move(wire), clock_, random_);
}

} // namespace gatehouse::site
