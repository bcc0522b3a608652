#pragma once
#include "gateway/model/event.hpp"

#include <vector>

namespace gatehouse::tests {

// A passage with every field filled in.
inline model::Event full_passage()
{
    model::Event event;
    event.id = "01KDVZ3M7Q0000000000000001";
    event.device = "lpr-in-1";
    event.device_key = "e1-1042";
    event.device_record = "1042";
    event.lane = "east-in";
    event.direction = model::Direction::in;
    event.occurred_at = model::WallTime(std::chrono::milliseconds(1'767'225'900'120));
    event.received_at = model::WallTime(std::chrono::milliseconds(1'767'225'900'310));
    event.device_time = model::WallTime(std::chrono::milliseconds(1'767'225'899'000));
    event.pictures.push_back({"scene", nullptr, std::string(64, '9'), 183'204});
    event.pictures.push_back({"plate", nullptr, std::string(64, 'a'), 5'120});
    event.decision =
        model::Decision{model::Decision::Result::open, "resident-list", {"The plate is on the list."}, 180};
    model::VehiclePassage body;
    body.plate = {"沪A12345", "blue", 0.97};
    body.vehicle_type = "car";
    body.vehicle_color = "white";
    body.device_list = "allow";
    body.lane_no = 1;
    event.body = body;
    return event;
}

inline model::Alert full_alert(model::Alert::State state)
{
    const model::WallTime at(std::chrono::milliseconds(1'767'225'960'000));
    model::Alert alert;
    alert.id = "01KDVZ3M7Q0000000000000002";
    alert.kind = "barrier_not_closed";
    alert.device = "gate-1";
    alert.lane = "east-in";
    alert.state = state;
    alert.count = 2;
    alert.text = "1号门道闸未落杆";
    alert.evidence = {"01KDVZ3M7Q0000000000000001"};
    alert.raised_at = at;
    alert.changed_at = at + std::chrono::seconds(4);
    alert.due_ack = at + std::chrono::minutes(15);
    alert.due_clear = at + std::chrono::hours(2);
    alert.actor = "guard-1";
    alert.result = "real";
    alert.note = "pole \"stuck\"\n";
    return alert;
}

inline model::AlertChanged full_change(model::Alert::State state)
{
    model::AlertChanged changed;
    auto& alert = changed.alert = full_alert(state);
    alert.role = "manager";
    alert.steps = 3;
    alert.acknowledged_at = alert.raised_at + std::chrono::seconds(2);
    alert.level = 1;
    alert.assigned = "duty";
    alert.parent = "01KDVZ3M7Q0000000000000003";
    alert.order_number = "2026-0117";
    alert.lasts = false;
    auto& step = changed.step;
    step.alert = alert.id;
    step.seq = 3;
    step.from = model::Alert::State::acknowledged;
    step.to = state;
    step.at = alert.changed_at;
    step.actor = "zhang";
    step.role = "manager";
    step.channel = "control";
    step.note = "seen";
    step.result = "real";
    return changed;
}

inline model::CommandDone full_command()
{
    model::CommandDone done;
    done.command.id = "01KDVZ4AAA0000000000000001";
    done.command.origin = "mqtt:centre";
    done.command.action = model::Action::barrier_open;
    done.command.device = "gate-1";
    done.command.output = 2;
    done.command.lane = "east-in";
    done.command.operator_name = "duty-3";
    done.command.reason = "ambulance";
    done.command.issued_at = model::WallTime(std::chrono::milliseconds(1'767'226'200'000));
    done.command.expires = model::WallTime(std::chrono::milliseconds(1'767'226'230'000));
    done.outcome = {model::Status::failed, "timed_out", "The device did not answer.", 640,
                    done.command.issued_at};
    return done;
}

// A movement of a vehicle or a person with every field filled in.
inline model::Passage full_movement(bool vehicle)
{
    model::Passage body;
    body.vehicle = vehicle;
    body.state = model::PassageState::passed;
    body.started_at = model::WallTime(std::chrono::milliseconds(1'767'225'900'000));
    body.ended_at = body.started_at + std::chrono::seconds(9);
    body.command = "01KDVZ4AAA0000000000000002";
    body.opened_by = "access";
    body.proof = vehicle ? "loop" : "door";
    body.flags = {"convoy", "anti_passback"};
    if (vehicle) {
        body.plate = {"沪A12345", "blue", 0.97};
        body.parts = {{"01KDVZ3M7Q0000000000000001", "read", {"沪A12345", "blue", 0.97}, true},
                      {"01KDVZ3M7Q0000000000000003", "loop", {}, false}};
    } else {
        body.credential = "face";
        body.person = "10086";
        body.parts = {{"01KDVZ3M7Q0000000000000004", "door", {}, false}};
    }
    return body;
}

// One body of every kind and of every type word, with nothing left at its default.
inline std::vector<model::Body> every_body()
{
    const model::WallTime at(std::chrono::milliseconds(1'767'225'960'000));
    model::VehiclePassage refused;
    refused.passed = false;
    model::AccessAttempt granted{true, "face", "10086", "0012345678", "normal", "", 1, 2};
    model::AccessAttempt denied{false, "card", "", "AB-12", "", "no_permission", 0, 0};
    std::vector<model::Body> bodies{
        full_passage().body,
        refused,
        granted,
        denied,
        model::BarrierMoved{2, model::BarrierPosition::open},
        model::BarrierFault{2, "boom_off", false},
        model::DoorState{3, model::DoorPosition::forced_open},
        model::Tamper{"case", false},
        model::Duress{2, "10086"},
        model::InputChanged{4, true, "loop_entry"},
        model::Detection{"intrusion", "human", 1, 2, false, "east lawn"},
        model::DeviceLink{model::LinkState::silent, "no event for 1 h"},
        model::DeviceHealth{"storage", false, "disk 1 \xff"},
        model::DeviceClock{-7'200'000, false, true},
        model::SystemNotice{"disk", false, "5 % free"},
        model::Gap{"lpr-in-1", 10, 20, 11, at, at + std::chrono::hours(1), "overwritten"},
        full_command(),
        full_movement(true),
        full_movement(false)};
    for (int state = 0; state <= static_cast<int>(model::Alert::State::suspended); ++state)
        bodies.emplace_back(full_change(static_cast<model::Alert::State>(state)));
    return bodies;
}

} // namespace gatehouse::tests
