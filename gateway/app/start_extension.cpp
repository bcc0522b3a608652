#include "gateway/app/start_extension.hpp"

#include "gateway/app/notify.hpp"

namespace gatehouse::app {
namespace {

// A message or two may come late from a busy box.
constexpr int periods_granted = 3;

void extend_until(std::future<void> over, std::chrono::milliseconds period)
{
    do
        notify_extended(periods_granted * period);
    while (over.wait_for(period) == std::future_status::timeout);
}

} // namespace

StartExtension::StartExtension(std::chrono::milliseconds period)
    : thread_(extend_until, over_.get_future(), period)
{
}

StartExtension::~StartExtension()
{
    over_.set_value();
    thread_.join();
}

} // namespace gatehouse::app
