#include "protocols/isapi/door_watch.hpp"

#include <utility>

namespace gatehouse::isapi {

using model::DoorPosition;

namespace {

bool is_open(DoorPosition position)
{
    return position == DoorPosition::opened || position == DoorPosition::forced_open ||
           position == DoorPosition::held_open;
}

} // namespace

asio::awaitable<void> DoorWatch::look()
{
    if (!readable_) co_return;
    const auto answer = co_await session_.get("/ISAPI/AccessControl/AcsWorkStatus?format=json");
    if (answer.error) co_return;
    const auto doors = answer.ok() ? parse_door_work(answer.body)
                                   : base::Result<std::vector<DoorWork>>(base::Errc::unsupported);
    readable_ = doors || answer.judgement.verdict == Verdict::busy;
    if (!doors) co_return;
    for (int door = 1; door <= session_.config.outputs; ++door) {
        const auto index = static_cast<std::size_t>(door) - 1;
        if (index >= doors->size()) co_return;
        co_await compare_mode(door, (*doors)[index].mode);
        co_await compare_contact(door, (*doors)[index].contact);
    }
}

asio::awaitable<void> DoorWatch::compare_mode(int door, DoorWork::Mode mode)
{
    if (mode == DoorWork::Mode::unknown) co_return;
    const auto before = std::exchange(modes_[door], mode);
    const bool unchanged =
        before == mode || (before == DoorWork::Mode::unknown && mode == DoorWork::Mode::normal);
    if (unchanged) co_return;
    co_await report(door, mode == DoorWork::Mode::remain_open     ? DoorPosition::remain_open
                          : mode == DoorWork::Mode::remain_closed ? DoorPosition::remain_closed
                                                                  : DoorPosition::normal);
}

// Only what contradicts the last event is news. An open contact that was never seen moving is most likely not
// wired, and says nothing.
asio::awaitable<void> DoorWatch::compare_contact(int door, DoorWork::Contact contact)
{
    if (contact == DoorWork::Contact::unknown) co_return;
    const auto seen = session_.seen_doors.find(door);
    const bool never = seen == session_.seen_doors.end();
    if (contact == DoorWork::Contact::closed && (never || is_open(seen->second.position)))
        co_await report(door, DoorPosition::closed);
    else if (contact == DoorWork::Contact::open && !never && seen->second.position == DoorPosition::closed)
        co_await report(door, DoorPosition::opened);
}

asio::awaitable<void> DoorWatch::report(int door, DoorPosition position)
{
    session_.seen_doors[door] = {position, session_.context.clock.now()};
    model::DoorState body{door, position};
    co_await session_.report(std::move(body));
}

asio::awaitable<void> DoorWatch::forget()
{
    modes_.clear();
    const auto doors = std::exchange(session_.seen_doors, {});
    for (const auto& [door, seen] : doors) {
        model::DoorState body{door, DoorPosition::unknown};
        co_await session_.report(std::move(body));
    }
}

} // namespace gatehouse::isapi
