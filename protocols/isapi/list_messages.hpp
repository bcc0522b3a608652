#pragma once
#include "gateway/base/errc.hpp"
#include "gateway/model/list_entry.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The lists that devices keep themselves, as they ask for them and answer (sheet §9; marks in the README).
// Pure.
namespace gatehouse::isapi {

// ---- plates: camera and barrier; whole local days ----

inline constexpr std::string_view plate_search_target = "/ISAPI/Traffic/channels/{}/searchLPListAudit";
inline constexpr std::string_view plate_record_target =
    "/ISAPI/Traffic/channels/{}/licensePlateAuditData/record?format=json";
inline constexpr std::string_view plate_delete_target =
    "/ISAPI/Traffic/channels/{}/DelLicensePlateAuditData?format=json";

// How this firmware writes a record; what it does not know it answers as invalid.
enum class PlateWords { allow_list, white_list };

struct PlateRow {
    std::string id; // the device's own; empty: it has none
    model::ListEntry entry;
};

// ---- persons and cards: terminals; whole seconds ----

inline constexpr std::string_view person_search_target = "/ISAPI/AccessControl/UserInfo/Search?format=json";
inline constexpr std::string_view person_set_target = "/ISAPI/AccessControl/UserInfo/SetUp?format=json";
inline constexpr std::string_view person_add_target = "/ISAPI/AccessControl/UserInfo/Record?format=json";
inline constexpr std::string_view person_change_target = "/ISAPI/AccessControl/UserInfo/Modify?format=json";
inline constexpr std::string_view person_delete_target = "/ISAPI/AccessControl/UserInfo/Delete?format=json";
inline constexpr std::string_view card_search_target = "/ISAPI/AccessControl/CardInfo/Search?format=json";
inline constexpr std::string_view card_add_target = "/ISAPI/AccessControl/CardInfo/Record?format=json";
inline constexpr std::string_view card_delete_target = "/ISAPI/AccessControl/CardInfo/Delete?format=json";
inline constexpr std::string_view face_add_target = "/ISAPI/Intelligent/FDLib/FaceDataRecord?format=json";
inline constexpr std::string_view face_change_target = "/ISAPI/Intelligent/FDLib/FDSetUp?format=json";
inline constexpr std::string_view face_delete_target =
    "/ISAPI/Intelligent/FDLib/FDSearch/Delete?format=json&FDID=1&faceLibType=blackFD";
inline constexpr std::string_view face_content_type = "multipart/form-data; boundary=gatehouse-face";
inline constexpr std::size_t face_max = 200'000; // bytes of a JPEG

struct CardRow {
    std::string number;
    std::string person;
};

// One page of a search.
template <class Row>
struct ListPage {
    bool more = false; // ask again with position + matches
    int matches = 0;
    std::vector<Row> rows;
};

// What of an entry these devices can hold: times cut to their grain, a name cut to what they take. The caller
// has judged value, type and doors.
[[nodiscard]] model::ListEntry plate_as_kept(model::ListEntry entry, std::chrono::minutes utc_offset);
[[nodiscard]] model::ListEntry person_as_kept(model::ListEntry entry, std::chrono::minutes utc_offset);

[[nodiscard]] std::string plate_search_body(std::string_view id, int position, std::string_view plate);
[[nodiscard]] std::string plate_record_body(const model::ListEntry& entry, PlateWords words,
                                            std::chrono::minutes utc_offset);
// By the device's ids where it has some, else by the plate.
[[nodiscard]] std::string plate_delete_body(const std::vector<std::string>& ids, std::string_view plate);
// Errors: bad_input, too_large. total, as are all of these.
[[nodiscard]] base::Result<ListPage<PlateRow>> parse_plate_list(std::string_view xml,
                                                                std::chrono::minutes utc_offset);

[[nodiscard]] std::string person_search_body(std::string_view id, int position);
// `doors`: those that may be opened, ascending.
[[nodiscard]] std::string person_body(const model::ListEntry& person, const std::vector<int>& doors,
                                      std::chrono::minutes utc_offset);
[[nodiscard]] std::string person_delete_body(std::string_view person);
// Outputs are the doors as the device names them; none: keep_out.
[[nodiscard]] base::Result<ListPage<model::ListEntry>> parse_person_list(std::string_view json,
                                                                         std::chrono::minutes utc_offset);

[[nodiscard]] std::string card_search_body(std::string_view id, int position);
[[nodiscard]] std::string card_body(std::string_view number, std::string_view person);
[[nodiscard]] std::string card_delete_body(std::string_view number);
[[nodiscard]] std::string cards_of_person_delete_body(std::string_view person);
[[nodiscard]] base::Result<ListPage<CardRow>> parse_card_list(std::string_view json);

[[nodiscard]] std::string face_body(std::string_view person, std::string_view jpeg);
[[nodiscard]] std::string face_delete_body(std::string_view person);

} // namespace gatehouse::isapi
