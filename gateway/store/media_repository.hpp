#pragma once
#include "gateway/store/change.hpp"
#include "gateway/store/media_store.hpp"
#include "gateway/store/sql.hpp"

#include <map>
#include <vector>

namespace gatehouse::store {

// Which picture lies where.
class MediaRepository {
public:
    explicit MediaRepository(SQLite::Database& database);

    struct Row {
        std::string sha256;
        MediaPlace place{};
        std::string kind;
        std::string event_id;
        std::int64_t seq = 0;
        base::WallTime received_at{};
    };
    void put(const Row& row);
    // The picture is stored already: keep it as long as the newest event that shows it. False when it is not.
    [[nodiscard]] bool refer(const Row& row);
    [[nodiscard]] std::optional<MediaPlace> find(const std::string& sha256);
    [[nodiscard]] bool any_in(std::int64_t segment);

private:
    SQLite::Database& database_;
    SQLite::Statement put_;
    SQLite::Statement refer_;
    SQLite::Statement find_;
};

} // namespace gatehouse::store
