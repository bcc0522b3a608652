#include "tests/sim/isapi/lists.hpp"

#include "tests/sim/isapi/endpoints.hpp"
#include "tests/sim/text.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <charconv>

namespace gatehouse::sim::isapi {
namespace {

namespace json = boost::json;

constexpr std::size_t rows_of_a_page = 30;

json::object parsed(const std::string& body)
{
    boost::system::error_code failure;
    auto value = json::parse(body, failure);
    return failure || !value.is_object() ? json::object() : value.as_object();
}

const json::object* object_in(const json::object& object, const char* name)
{
    const auto* value = object.if_contains(name);
    return value == nullptr ? nullptr : value->if_object();
}

std::string text_at(const json::object& object, const char* name)
{
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

// The values of {"list": [{"name": ".."}]}
std::vector<std::string> values(const json::object& object, const char* list, const char* name)
{
    std::vector<std::string> out;
    const auto* found = object.if_contains(list);
    if (found == nullptr || !found->is_array()) return out;
    for (const auto& item : found->as_array()) {
        if (item.is_string()) out.emplace_back(item.as_string());
        if (item.is_object()) out.push_back(text_at(item.as_object(), name));
    }
    return out;
}

std::size_t number(const std::string& digits)
{
    std::size_t value = 0;
    (void)std::from_chars(digits.data(), digits.data() + digits.size(), value); // else zero
    return value;
}

const char* state_of(std::size_t sent, std::size_t position, std::size_t total, const char* none)
{
    if (sent == 0) return none;
    return position + sent < total ? "MORE" : "OK";
}

// A page of {"<name>Search": {"<name>": [...]}}
Reply page(const Request& request, const std::string& name, const std::vector<std::string>& rows)
{
    const auto body = parsed(request.body);
    const auto* condition = object_in(body, (name + "SearchCond").c_str());
    const auto* at = condition == nullptr ? nullptr : condition->if_contains("searchResultPosition");
    if (at == nullptr || !at->is_int64() || at->as_int64() < 0)
        return status_reply(request, 6, "badParameters");
    const auto position = static_cast<std::size_t>(at->as_int64());
    std::string list;
    std::size_t sent = 0;
    for (auto n = position; n < rows.size() && sent < rows_of_a_page; ++n, ++sent)
        list += (sent > 0 ? "," : "") + rows[n];
    Reply reply;
    reply.type = "application/json";
    reply.body =
        fmt::format(R"({{"{0}Search":{{"searchID":"{1}","responseStatusStrg":"{2}","numOfMatches":{3},)"
                    R"("totalMatches":{4},"{0}":[{5}]}}}})",
                    name, json_escaped(text_at(*condition, "searchID")),
                    state_of(sent, position, rows.size(), "NO MATCH"), sent, rows.size(), list);
    return reply;
}

} // namespace

std::optional<Reply> Lists::answer(const Request& request, bool terminal)
{
    const std::string_view path = request.path;
    if (terminal) {
        if (path.starts_with("/ISAPI/AccessControl/UserInfo/")) return person(request);
        if (path.starts_with("/ISAPI/AccessControl/CardInfo/")) return card(request);
        if (path.starts_with("/ISAPI/Intelligent/FDLib/")) return face(request);
        return std::nullopt;
    }
    if (!path.starts_with("/ISAPI/Traffic/channels/")) return std::nullopt;
    if (path.ends_with("/searchLPListAudit")) return plate_list(request);
    if (path.ends_with("/licensePlateAuditData/record")) return record_plates(request);
    if (path.ends_with("/DelLicensePlateAuditData")) return delete_plates(request);
    return std::nullopt;
}

std::string Lists::counts() const
{
    return fmt::format("plates {} persons {} cards {} faces {}", plates_.size(), persons_.size(),
                       cards_.size(), faces_.size());
}

// ---- plates ----

Reply Lists::plate_list(const Request& request) const
{
    if (request.method != "POST") return status_reply(request, 4, "methodNotAllowed");
    const auto wanted = between(request.body, "<LicensePlate>", "</LicensePlate>");
    const auto position = number(between(request.body, "<searchResultPosition>", "</searchResultPosition>"));
    std::string rows;
    std::size_t total = 0;
    std::size_t sent = 0;
    for (const auto& [plate, row] : plates_) {
        if (plate.find(wanted) == std::string::npos) continue; // parts of a plate are found, too
        if (total++ < position || sent >= rows_of_a_page) continue;
        ++sent;
        rows += fmt::format("<LicensePlateInfo>\r\n<id>{}</id>\r\n<LicensePlate>{}</LicensePlate>\r\n"
                            "<type>{}</type>\r\n<createTime>{}</createTime>\r\n<effectiveTime>{}"
                            "</effectiveTime>\r\n</LicensePlateInfo>\r\n",
                            row.id, plate, row.type, row.start, row.until);
    }
    Reply reply;
    reply.body = fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n"
        "<LPListAuditSearchResult version=\"2.0\" xmlns=\"http://www.hikvision.com/ver20/XMLSchema\">\r\n"
        "<searchID>{}</searchID>\r\n<responseStatus>true</responseStatus>\r\n<responseStatusStrg>{}"
        "</responseStatusStrg>\r\n<numOfMatches>{}</numOfMatches>\r\n<totalMatches>{}</totalMatches>\r\n"
        "<LicensePlateInfoList>\r\n{}</LicensePlateInfoList>\r\n</LPListAuditSearchResult>\r\n",
        between(request.body, "<searchID>", "</searchID>"), state_of(sent, position, total, "NO MATCHES"),
        sent, total, rows);
    return reply;
}

Reply Lists::record_plates(const Request& request)
{
    if (request.method != "PUT") return status_reply(request, 4, "methodNotAllowed");
    const auto body = parsed(request.body);
    const auto* list = body.if_contains("LicensePlateInfoList");
    if (list == nullptr || !list->is_array()) return status_reply(request, 6, "badJsonContent");
    for (const auto& item : list->as_array()) {
        const auto row = item.is_object() ? item.as_object() : json::object();
        const auto plate = text_at(row, "LicensePlate");
        const auto type = text_at(row, "listType");
        if (plate.empty() || (type != "allowList" && type != "blockList") ||
            text_at(row, "effectiveTime").empty())
            return status_reply(request, 6, "badJsonContent");
        if (full && !plates_.contains(plate)) return status_reply(request, 3, "overLimit");
        plates_[plate] = {++last_id_, type == "allowList" ? "whiteList" : "blackList",
                          text_at(row, "createTime"), text_at(row, "effectiveTime")};
    }
    return status_reply(request, 1);
}

Reply Lists::delete_plates(const Request& request)
{
    if (request.method != "PUT") return status_reply(request, 4, "methodNotAllowed");
    const auto body = parsed(request.body);
    const auto ids = values(body, "id", "id");
    const auto* compound = object_in(body, "CompoundCond");
    const auto named = compound == nullptr ? std::string() : text_at(*compound, "licensePlate");
    std::erase_if(plates_, [&](const auto& row) {
        const auto id = std::to_string(row.second.id);
        return row.first == named || std::find(ids.begin(), ids.end(), id) != ids.end();
    });
    return status_reply(request, 1);
}

// ---- persons, cards, faces ----

std::optional<Reply> Lists::person(const Request& request)
{
    const std::string_view path = request.path;
    if (path.ends_with("/Search")) {
        std::vector<std::string> rows;
        for (const auto& [id, row] : persons_)
            rows.push_back(row);
        return page(request, "UserInfo", rows);
    }
    const auto body = parsed(request.body);
    if (path.ends_with("/Delete")) {
        const auto* condition = object_in(body, "UserInfoDelCond");
        if (condition == nullptr) return status_reply(request, 6, "badJsonContent");
        for (const auto& id : values(*condition, "EmployeeNoList", "employeeNo"))
            persons_.erase(id);
        return status_reply(request, 1);
    }
    const auto* info = object_in(body, "UserInfo");
    const auto id = info == nullptr ? std::string() : text_at(*info, "employeeNo");
    if (id.empty()) return status_reply(request, 6, "badJsonContent");
    const bool known = persons_.contains(id);
    if (path.ends_with("/Record") && known) return status_reply(request, 6, "employeeNoAlreadyExist");
    if (path.ends_with("/Modify") && !known) return status_reply(request, 6, "employeeNoNotExist");
    if (!path.ends_with("/Record") && !path.ends_with("/Modify") && !path.ends_with("/SetUp"))
        return std::nullopt;
    if (full && !known) return status_reply(request, 6, "personNumExceeded");
    persons_[id] = json::serialize(*info);
    return status_reply(request, 1);
}

std::optional<Reply> Lists::card(const Request& request)
{
    const std::string_view path = request.path;
    if (path.ends_with("/Search")) {
        std::vector<std::string> rows;
        for (const auto& [card, owner] : cards_)
            rows.push_back(fmt::format(R"({{"employeeNo":"{}","cardNo":"{}","cardType":"normalCard"}})",
                                       json_escaped(owner), json_escaped(card)));
        return page(request, "CardInfo", rows);
    }
    const auto body = parsed(request.body);
    if (path.ends_with("/Delete")) {
        const auto* condition = object_in(body, "CardInfoDelCond");
        if (condition == nullptr) return status_reply(request, 6, "badJsonContent");
        for (const auto& number : values(*condition, "CardNoList", "cardNo"))
            cards_.erase(number);
        for (const auto& id : values(*condition, "EmployeeNoList", "employeeNo"))
            std::erase_if(cards_, [&](const auto& card) { return card.second == id; });
        return status_reply(request, 1);
    }
    if (!path.ends_with("/Record")) return std::nullopt;
    const auto* info = object_in(body, "CardInfo");
    const auto number = info == nullptr ? std::string() : text_at(*info, "cardNo");
    const auto id = info == nullptr ? std::string() : text_at(*info, "employeeNo");
    if (number.empty() || !persons_.contains(id)) return status_reply(request, 6, "employeeNoNotExist");
    if (cards_.contains(number)) return status_reply(request, 6, "cardNoAlreadyExist");
    cards_[number] = id;
    return status_reply(request, 1);
}

std::optional<Reply> Lists::face(const Request& request)
{
    const std::string_view path = request.path;
    if (path.ends_with("/FDSearch/Delete")) {
        const auto body = parsed(request.body);
        for (const auto& id : values(body, "FPID", "value"))
            faces_.erase(id);
        return status_reply(request, 1);
    }
    if (!path.ends_with("/FaceDataRecord") && !path.ends_with("/FDSetUp")) return std::nullopt;
    const auto id = between(request.body, "\"FPID\":\"", "\"");
    const auto picture = between(request.body, "Content-Type: image/jpeg\r\n\r\n", "\r\n--");
    constexpr std::size_t size_max = 200'000;
    if (!persons_.contains(id)) return status_reply(request, 6, "employeeNoNotExist");
    if (!picture.starts_with("\xff\xd8") || picture.size() > size_max)
        return status_reply(request, 6, "badPicture");
    if (path.ends_with("/FaceDataRecord") && faces_.contains(id))
        return status_reply(request, 6, "deviceUserAlreadyExistFace");
    faces_[id] = picture.size();
    return status_reply(request, 1);
}

} // namespace gatehouse::sim::isapi
