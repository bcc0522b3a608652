#pragma once
#include "gateway/api/long_body.hpp"
#include "gateway/store/store.hpp"

namespace gatehouse::app {

// A backup on its way to a client of the API: a copy of the database made at `target` (a free name in the
// data directory) and read piece by piece on `worker`. It loses its name as soon as it is open, so that it is
// gone from the disk when the last piece is read, the client leaves or the process dies. Errors: disk_full,
// also when the copy would take from `disk_reserve`, and those of the store.
[[nodiscard]] asio::awaitable<base::Result<api::LongBody>> backup_copy(store::Store& store,
                                                                       std::filesystem::path target,
                                                                       std::int64_t disk_reserve,
                                                                       asio::any_io_executor worker);

} // namespace gatehouse::app
