#pragma once
#include "gateway/base/random.hpp"
#include "tests/fakes/fake_isapi.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace gatehouse::site {

// What may be wrong with the wire between the gateway and one device. Rates are chances per read, 0 to 1.
struct Wire {
    bool unplugged = false; // connecting fails
    bool mute = false;      // connected, but nothing comes through
    double cut_rate = 0;
    double delay_rate = 0; // a read waits up to delay_max
    double corrupt_rate = 0;
    std::chrono::milliseconds delay_max{3'000};
    std::size_t piece_max = SIZE_MAX; // bytes a read gives at most

    void heal()
    {
        const bool was_unplugged = unplugged;
        *this = Wire();
        unplugged = was_unplugged;
    }
};

// The device network: devices by host name, with a wire each. The gateway's only Connector.
class Network final : public base::Connector {
public:
    Network(asio::any_io_executor executor, base::Clock& clock, base::Random& random)
        : executor_(std::move(executor)), clock_(clock), random_(random)
    {
    }

    fakes::FakeIsapi& add(const std::string& host);
    [[nodiscard]] fakes::FakeIsapi& device(const std::string& host) { return *places_.at(host).device; }
    [[nodiscard]] std::vector<fakes::FakeIsapi*> devices() const;
    [[nodiscard]] Wire& wire(const std::string& host) { return *places_.at(host).wire; }
    // The gateway that is connected now loses every connection and gets no new one; one that connects after
    // plug_in() does.
    void unplug_all();
    void plug_in_all();
    void heal_all();
    // Ends the devices; the io_context is to be run afterwards.
    void stop();

    asio::awaitable<base::Result<std::unique_ptr<base::ByteStream>>> connect(base::Target target) override;

    // Everything outside the estate that has a name; null: nothing is there.
    base::Connector* outside = nullptr;

private:
    struct Place {
        std::unique_ptr<fakes::FakeIsapi> device;
        std::shared_ptr<Wire> wire;
    };
    asio::any_io_executor executor_;
    base::Clock& clock_;
    base::Random& random_;
    std::map<std::string, Place> places_;
};

} // namespace gatehouse::site
