#include "gateway/store/migrations.hpp"

#include "gateway/store/database.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <unistd.h>

namespace gatehouse::store {
namespace {

TEST(Migrations, TakeAnAlertFromTheFirstSchemaAsOneThatHasMadeOneStep)
{
    std::string name = (std::filesystem::temp_directory_path() / "gatehouse-migrations-XXXXXX").string();
    const std::filesystem::path folder = ::mkdtemp(name.data());
    const auto file = folder / "gatehouse.db";
    {
        auto database = open_for_writing(file);
        migrate(*database, file, migrations().first(1));
        database->exec(
            "INSERT INTO alert VALUES ('A1', 'tamper', 'cam-1', '', 1, 1, 3, 'x', '[]', 1, 2, 3, 4, 'li', "
            "'', '')");
        migrate(*database, file);
        EXPECT_EQ(schema_version_of(*database), schema_version());
        EXPECT_EQ(read_number(*database, "SELECT 100 * count + 10 * steps + lasts FROM alert"), 311);
        EXPECT_EQ(read_number(*database, "SELECT count(*) FROM alert_step"), 0);
    }
    std::filesystem::remove_all(folder);
}

} // namespace
} // namespace gatehouse::store
