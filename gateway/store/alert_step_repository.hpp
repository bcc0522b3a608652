#pragma once
#include "gateway/model/alert.hpp"
#include "gateway/store/sql.hpp"

#include <vector>

namespace gatehouse::store {

// The transitions of alerts, append-only.
class AlertStepRepository {
public:
    explicit AlertStepRepository(SQLite::Database& database);

    // A step that is known already stays as it is: a replay after a crash makes it again.
    void append(const model::AlertStep& step);
    // Of one alert, in order.
    [[nodiscard]] std::vector<model::AlertStep> of(const std::string& alert);

private:
    SQLite::Database& database_;
    SQLite::Statement append_;
};

} // namespace gatehouse::store
