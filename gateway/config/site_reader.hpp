#pragma once
#include "gateway/config/site.hpp"

#include <string>
#include <vector>

namespace gatehouse::config {

// Reads one document into a SiteConfig, section by section, then checks what one section says of another.
// Used by read_site() only.
class SiteReader {
public:
    SiteReader(Table root, const Vocabulary& vocabulary) : root_(std::move(root)), vocabulary_(vocabulary) {}
    [[nodiscard]] SiteConfig read();

private:
    void read_site_section();
    void read_gateway();
    void read_api();
    std::vector<std::string> read_names(Table& api);
    void read_tls(Table& api);
    ListenConfig read_listen(Table& section, const ListenConfig& fallback);
    void read_retention();
    void read_vision();
    void read_devices();
    void read_device(Table& table);
    void read_lanes();
    void read_lane(Table& table);
    void read_barrier(Table& table, LaneConfig& lane);
    InputPlace read_loop(Table& table, std::string_view key);
    void read_upstreams();
    void read_notifies();
    void read_notify(Table& table);
    void read_route(Table& table, NotifyConfig& notify);
    void read_rosters();
    [[nodiscard]] RosterConfig read_roster(Table& table);
    void read_fire();
    void read_fire_inputs(Table& table);
    [[nodiscard]] std::vector<DeviceOutput> read_outputs(Table& table, std::string_view key) const;
    void read_rules();
    void read_maintenance();
    void read_maintenance(Table& table);
    static std::chrono::minutes read_time_of_day(Table& table, std::string_view key,
                                                 std::chrono::minutes fallback);
    void read_welfare(Table& table);
    void read_rule(Table& table);
    static void read_rule_key(Table& table, const std::string& key, RuleConfig& rule);

    [[nodiscard]] std::vector<std::string> device_ids() const;
    void check_device(Table& table, std::string_view key, const std::string& device) const;
    void check_lane(Table& table, const LaneConfig& lane);
    void check_readers(Table& table, const LaneConfig& lane);
    void check_opposite(Table& table, const LaneConfig& lane);

    Table root_;
    const Vocabulary& vocabulary_;
    SiteConfig site_;
    std::vector<Table> lane_tables_; // as site_.lanes
};

} // namespace gatehouse::config
