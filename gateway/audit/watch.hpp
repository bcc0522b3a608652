#pragma once
#include "gateway/audit/chain_check.hpp"
#include "gateway/base/asio.hpp"
#include "gateway/base/errc.hpp"
#include "gateway/model/event.hpp"

#include <functional>

namespace gatehouse::audit {

// Looks at the whole chain at the start and once a night, tells what it finds, sends the head upstream, and
// notes it beside the database every minute, so that an old copy of the database and removed rows are found.
// Made and stopped by the app. io thread only.
class Watch {
public:
    struct Ports {
        base::Clock& clock;
        std::function<asio::awaitable<base::Result<Report>>()> verify;
        // Notes the newest head beside the database, unless it is noted already.
        std::function<asio::awaitable<base::Result<Head>>()> note_head;
        // All of it in one transaction.
        std::function<asio::awaitable<base::Result<void>>(std::vector<model::Body> notices,
                                                          std::vector<Record> records)>
            tell;
        std::chrono::minutes utc_offset{480};
    };

    explicit Watch(Ports ports);

    // For ever. Ends by cancellation.
    asio::awaitable<void> run();
    // At the end of a stop, when nothing more is recorded. Nothing happens before the first look: what that
    // one would compare with must stay.
    asio::awaitable<void> note();

private:
    asio::awaitable<base::Result<void>> look();
    [[nodiscard]] bool due() const;

    Ports ports_;
    base::WallTime next_look_{};
    bool looked_ = false;
};

} // namespace gatehouse::audit
