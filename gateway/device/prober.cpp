#include "gateway/device/prober.hpp"

#include "gateway/base/cancellation.hpp"
#include "gateway/base/log.hpp"
#include "gateway/base/sha256.hpp"
#include "gateway/device/fault.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>

namespace gatehouse::device {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;
using base::Errc;

namespace {

constexpr auto probe_max = 20s;
constexpr auto connecting_max = 8s;
constexpr auto refusal_kept = 30min; // devices count failures that long
constexpr std::size_t refusals_max = 64;

bool failed_step(const std::vector<TestStep>& steps, std::string_view name)
{
    return std::any_of(steps.begin(), steps.end(),
                       [name](const TestStep& step) { return step.name == name && !step.passed; });
}

// No password is kept here either.
std::string login_of(const config::DeviceConfig& device)
{
    return base::sha256_hex(device.address + '\n' + device.username + '\n' + device.password.expose());
}

struct Busy {
    bool& flag;
    explicit Busy(bool& which) : flag(which) { flag = true; }
    ~Busy() { flag = false; }
};

} // namespace

// Forgotten with the probe.
class Prober::ShortMemory final : public Memory {
public:
    [[nodiscard]] std::optional<std::string> find(const std::string& key) const override
    {
        const auto found = values_.find(key);
        return found == values_.end() ? std::nullopt : std::optional(found->second);
    }
    asio::awaitable<base::Result<void>> put(std::string key, std::string value) override
    {
        values_[std::move(key)] = std::move(value);
        co_return base::Result<void>();
    }

private:
    std::map<std::string, std::string> values_;
};

Prober::Prober(Ports ports) : ports_(std::move(ports)) {}

DriverContext Prober::context_with(Memory& memory)
{
    // Whatever it tells is refused as for now: the device keeps it for the driver that will stay.
    EventSink refuse = [](model::Event) -> asio::awaitable<base::Result<void>> {
        co_return Errc::overloaded;
    };
    return {.executor = ports_.executor,
            .clock = ports_.clock,
            .random = ports_.random,
            .connector = ports_.connector,
            .metrics = ports_.metrics,
            .memory = memory,
            .sink = std::move(refuse),
            .early = {},
            .utc_offset = ports_.utc_offset,
            .listener_host = ports_.listener_host,
            .listener_port = ports_.listener_port,
            .datagrams = ports_.datagrams,
            .buses = ports_.buses,
            .eyes = ports_.eyes};
}

bool Prober::was_refused(const std::string& login)
{
    const auto now = ports_.clock.now();
    std::erase_if(refused_, [now](const auto& one) { return one.second <= now; });
    return refused_.contains(login);
}

asio::awaitable<base::Result<ProbeReport>> Prober::probe(config::DeviceConfig device, config::Table table)
{
    if (probing_) co_return Errc::busy;
    const Busy busy(probing_);
    const auto login = login_of(device);
    ProbeReport report;
    if (was_refused(login)) {
        report.steps.push_back(test_step(
            "password", false, "the device refused it less than half an hour ago; it was not sent again",
            "ask for the right password; after a few wrong ones devices lock us out"));
        co_return report;
    }
    ShortMemory memory;
    const std::shared_ptr<Driver> driver = ports_.make(device, std::move(table), context_with(memory));
    if (!driver) co_return Errc::unsupported;
    auto looked = checks(*driver);
    auto limit = ports_.clock.sleep_for(probe_max);
    auto first = co_await (std::move(looked) || std::move(limit));
    if (first.index() == 0)
        report.steps = std::get<0>(std::move(first));
    else
        report.steps.push_back(test_step("in time", false, "it did not answer all questions within 20 s",
                                         "check cable, power and the address"));
    report.status = driver->status();
    const bool refused = failed_step(report.steps, "password") || failed_step(report.steps, "log-in");
    if (refused && refused_.size() < refusals_max) refused_[login] = ports_.clock.now() + refusal_kept;
    co_return report;
}

asio::awaitable<std::vector<TestStep>> Prober::checks(Driver& driver)
{
    std::string fault;
    try {
        auto steps = co_await driver.self_test();
        if (!failed_step(steps, "connection")) co_return steps;
        co_return co_await checks_in_conversation(driver);
    } catch (...) {
        if (base::is_cancellation(std::current_exception())) throw;
        fault = fault_text(std::current_exception());
    }
    base::log::error("driver fault in a probe", base::kv("why", fault));
    std::vector<TestStep> steps;
    steps.push_back(test_step("checks", false, "the driver failed: " + fault, "report this as a bug"));
    co_return steps;
}

// Some languages have nothing but their one conversation: it is begun, and asked once it stands.
asio::awaitable<std::vector<TestStep>> Prober::checks_in_conversation(Driver& driver)
{
    base::TaskGroup conversation(ports_.executor);
    conversation.spawn("probe", driver.run());
    const auto give_up = ports_.clock.now() + connecting_max;
    std::vector<TestStep> steps;
    std::exception_ptr ended;
    try {
        do {
            co_await ports_.clock.sleep_for(200ms);
            steps = co_await driver.self_test();
        } while (failed_step(steps, "connection") && ports_.clock.now() < give_up);
    } catch (...) {
        ended = std::current_exception();
    }
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    conversation.cancel();
    co_await conversation.join();
    if (ended) std::rethrow_exception(ended);
    co_return steps;
}

} // namespace gatehouse::device
