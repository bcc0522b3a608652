#pragma once
#include "gateway/api/message.hpp"
#include "gateway/api/services.hpp"
#include "gateway/api/static_file.hpp"
#include "gateway/app/registry.hpp"
#include "gateway/base/byte_stream.hpp"
#include "gateway/base/clock.hpp"
#include "gateway/base/datagram_port.hpp"
#include "gateway/base/network_interface.hpp"
#include "gateway/base/random.hpp"
#include "gateway/base/read_file.hpp"
#include "gateway/config/site.hpp"
#include "gateway/health/clock_watch.hpp"
#include "gateway/store/store.hpp"
#include "vision/link/worker_process.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace gatehouse::app {

struct Parts; // every room of the running gateway (parts.hpp)

// The whole gateway: constructs every room in dependency order, starts them, and stops them in reverse. main
// runs one; a site test runs several with its own ports.
class App {
public:
    using OpenStore =
        std::function<store::OpenedStore(asio::any_io_executor, base::Clock&, base::Metrics&,
                                         store::StoreOptions, std::vector<std::string> readers)>;

    struct Ports {
        asio::any_io_executor executor; // one thread
        base::Clock& clock;
        base::Random& random;
        base::Connector& connector;
        // The rest is as it should be in a running gateway. A site test, which wants no threads, no files and
        // no sockets, puts its own in place.
        Registry registry{};
        OpenStore open_store = &store::open_store;
        std::function<bool()> kernel_synced = &health::kernel_clock_synced;
        // The kernel's neighbour table; of this process, because a unit may hide /proc/net.
        std::function<base::Result<std::string>()> neighbours = [] {
            return base::read_file("/proc/self/net/arp");
        };
        asio::any_io_executor worker{};     // does what takes longer; empty: a thread of its own
        bool doors = true;                  // listener and API
        bool search = true;                 // the index of passages, which has a file and a thread of its own
        base::OpenDatagramPort datagrams{}; // for devices that speak UDP; empty: none does
        base::OpenMessageBus buses{};       // for devices behind a broker; empty: none is
        // For searching the networks; empty: no interface can be searched.
        base::ListInterfaces interfaces = [] { return std::vector<base::NetworkInterface>(); };
        base::OpenSearchPort search_port{};
        // Starts the worker that looks at pictures; empty: nobody does.
        std::function<base::Result<std::unique_ptr<vision::WorkerProcess>>(const config::VisionConfig&)>
            spawn_vision{};
        std::span<const api::StaticFile> console{}; // empty: none
    };

    App(Ports ports, config::SiteConfig site);
    ~App();
    App(const App&) = delete;
    App& operator=(const App&) = delete;

    // Configuration → store → lists and alerts → upstreams → devices → listener and API. Throws
    // std::runtime_error naming what cannot be had (store, port); what was started before stays started until
    // the process ends.
    asio::awaitable<void> start();
    // Backwards; each step has its own limit, the sum stays below TimeoutStopSec of the unit.
    asio::awaitable<void> stop();
    // Reads the configuration's file again. A reload is a difference: only what changed restarts, a bad file
    // changes nothing. What cannot change while running (data_dir, ports, ids) is said and left as it is.
    asio::awaitable<api::ReloadOutcome> reload();
    // What the API answers, without a socket: for a site test, which has no doors.
    asio::awaitable<api::Response> answer(api::Request request);

private:
    std::unique_ptr<Parts> parts_;
};

} // namespace gatehouse::app
