#pragma once
#include "gateway/app/parts.hpp"
#include "gateway/model/json_writer.hpp"

#include <string>
#include <vector>

namespace gatehouse::app {

// The whole state on one screen, as JSON: verdict and reasons, lanes, devices, upstreams with backlog and
// time to empty, alerts open, disk, clock. `gatehouse status` and GET /api/v1/status show it.
[[nodiscard]] asio::awaitable<std::string> status_report(Parts& parts);

// What keeps the verdict from "healthy", one sentence each; empty when all is well.
[[nodiscard]] std::vector<std::string> complaints(Parts& parts);

// Whether it burns, and what has become of each output: GET /api/v1/fire.
[[nodiscard]] std::string fire_report(const fire::FireWatch& fire, std::chrono::minutes utc_offset);

// Says so when a connected upstream leaves a backlog waiting and takes nothing; empty when it moves.
[[nodiscard]] std::string stall_of(const upstream::DispatchStats& stats, base::WallTime now);

// One upstream with its backlog; also an element of GET /api/v1/queue.
void write_upstream(model::JsonWriter& json, const Outlet& outlet, const upstream::DispatchStats& stats,
                    std::chrono::minutes utc_offset);

} // namespace gatehouse::app
