#include "tests/fakes/fake_isapi_lists.hpp"

#include "tests/fakes/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace gatehouse::fakes {
namespace {

FakeIsapiLists::Reply status(int code, const std::string& sub)
{
    FakeIsapiLists::Reply reply;
    reply.status = code == 1 ? 200 : 400;
    reply.body = fmt::format(R"({{"statusCode":{},"statusString":"{}","subStatusCode":"{}"}})", code,
                             code == 1 ? "OK" : "Invalid Content", sub);
    return reply;
}

} // namespace

std::optional<FakeIsapiLists::Reply> FakeIsapiLists::answer(const std::string& method,
                                                            const std::string& path, const std::string& body)
{
    if (path.ends_with("/searchLPListAudit")) return plate_list(body);
    if (path.ends_with("/licensePlateAuditData/record")) return record_plate(body);
    if (path.ends_with("/DelLicensePlateAuditData")) return delete_plates(body);
    if (path.starts_with("/ISAPI/AccessControl/UserInfo/")) return person(path, body);
    if (path.starts_with("/ISAPI/AccessControl/CardInfo/")) return card(path, body);
    if (path.starts_with("/ISAPI/Intelligent/FDLib/")) return face(method, path, body);
    return std::nullopt;
}

// ---- plates ----

FakeIsapiLists::Reply FakeIsapiLists::plate_list(const std::string& body) const
{
    const auto wanted = between(body, "<LicensePlate>", "</LicensePlate>");
    const auto position = static_cast<std::size_t>(
        std::atoi(between(body, "<searchResultPosition>", "</searchResultPosition>").c_str()));
    std::vector<const Plate*> found;
    for (const auto& plate : plates) // a part of a plate is found, too
        if (wanted.empty() || plate.plate.find(wanted) != std::string::npos) found.push_back(&plate);
    std::string rows;
    std::size_t sent = 0;
    for (auto i = position; i < found.size() && sent < page; ++i, ++sent)
        rows += "<LicensePlateInfo>" + (ids_in_search ? "<id>" + found[i]->id + "</id>" : "") +
                "<LicensePlate>" + found[i]->plate + "</LicensePlate><type>" + found[i]->type +
                "</type><createTime>" + found[i]->start + "</createTime><effectiveTime>" + found[i]->until +
                "</effectiveTime></LicensePlateInfo>";
    Reply reply;
    reply.type = "application/xml";
    reply.body = fmt::format(
        "<LPListAuditSearchResult version=\"2.0\"><searchID>1</searchID><responseStatus>true</responseStatus>"
        "<responseStatusStrg>{}</responseStatusStrg><numOfMatches>{}</numOfMatches><totalMatches>{}"
        "</totalMatches><LicensePlateInfoList>{}</LicensePlateInfoList></LPListAuditSearchResult>",
        sent == 0                        ? "NO MATCHES"
        : position + sent < found.size() ? "MORE"
                                         : "OK",
        sent, found.size(), rows);
    return reply;
}

FakeIsapiLists::Reply FakeIsapiLists::record_plate(const std::string& body)
{
    const auto word = member(body, "listType");
    const bool newer = word == "allowList" || word == "blockList";
    if (newer == old_plate_words) return status(6, "badJsonContent");
    if (full) return status(3, "overLimit");
    Plate plate;
    plate.plate = member(body, "LicensePlate");
    plate.type = word == "allowList" || word == "whiteList" ? "whiteList" : "blackList";
    plate.start = newer ? member(body, "createTime") : member(body, "effectiveStartDate");
    plate.until = member(body, "effectiveTime");
    if (plate.until.empty()) return status(6, "badJsonContent");
    std::erase_if(plates, [&](const Plate& other) { return other.plate == plate.plate; });
    plate.id = std::to_string(++last_id_);
    plates.push_back(std::move(plate));
    return status(1, "ok");
}

FakeIsapiLists::Reply FakeIsapiLists::delete_plates(const std::string& body)
{
    if (keeps_deleted) return status(1, "ok");
    const auto id = between(body, "\"id\":[\"", "\"]");
    const auto name = member(body, "licensePlate");
    std::erase_if(plates, [&](const Plate& p) { return id.empty() ? p.plate == name : p.id == id; });
    return status(1, "ok");
}

// ---- terminals ----

FakeIsapiLists::Reply FakeIsapiLists::search(const std::string& name, const std::vector<std::string>& rows,
                                             const std::string& body) const
{
    const auto position =
        static_cast<std::size_t>(std::atoi(between(body, "\"searchResultPosition\":", ",").c_str()));
    std::string list;
    std::size_t sent = 0;
    for (auto i = position; i < rows.size() && sent < page; ++i, ++sent)
        list += (sent > 0 ? "," : "") + rows[i];
    Reply reply;
    reply.body =
        fmt::format(R"({{"{0}Search":{{"searchID":"1","responseStatusStrg":"{1}","numOfMatches":{2},)"
                    R"("totalMatches":{3},"{0}":[{4}]}}}})",
                    name,
                    sent == 0                       ? "NO MATCH"
                    : position + sent < rows.size() ? "MORE"
                                                    : "OK",
                    sent, rows.size(), list);
    return reply;
}

FakeIsapiLists::Reply FakeIsapiLists::person(const std::string& path, const std::string& body)
{
    const auto id = member(body, "employeeNo");
    const auto object = body.substr(body.find(':') + 1, body.size() - body.find(':') - 2);
    if (path.ends_with("/Search")) {
        std::vector<std::string> rows;
        for (const auto& [number, text] : persons)
            rows.push_back(text);
        return search("UserInfo", rows, body);
    }
    if (path.ends_with("/Delete")) {
        if (persons.erase(id) == 0) return status(6, "employeeNoNotExist");
        return status(1, "ok");
    }
    if (path.ends_with("/SetUp") && !has_set_up) return status(4, "notSupport");
    if (path.ends_with("/Record") && persons.contains(id)) return status(6, "employeeNoAlreadyExist");
    if (path.ends_with("/Modify") && !persons.contains(id)) return status(6, "employeeNoNotExist");
    if (full && !persons.contains(id)) return status(6, "personNumExceeded");
    persons[id] = object;
    return status(1, "ok");
}

FakeIsapiLists::Reply FakeIsapiLists::card(const std::string& path, const std::string& body)
{
    const auto number = member(body, "cardNo");
    const auto person = member(body, "employeeNo");
    if (path.ends_with("/Search")) {
        std::vector<std::string> rows;
        for (const auto& [card, owner] : cards)
            rows.push_back(R"({"employeeNo":")" + owner + R"(","cardNo":")" + card +
                           R"(","cardType":"normalCard"})");
        return search("CardInfo", rows, body);
    }
    if (path.ends_with("/Delete")) {
        std::erase_if(cards,
                      [&](const auto& c) { return number.empty() ? c.second == person : c.first == number; });
        return status(1, "ok");
    }
    if (!persons.contains(person)) return status(6, "employeeNoNotExist");
    if (cards.contains(number)) return status(6, "cardNoAlreadyExist");
    cards[number] = person;
    return status(1, "ok");
}

FakeIsapiLists::Reply FakeIsapiLists::face(const std::string& method, const std::string& path,
                                           const std::string& body)
{
    if (path.ends_with("/FDSearch/Delete")) {
        faces.erase(member(body, "value"));
        return status(1, "ok");
    }
    const auto person = member(body, "FPID");
    const auto jpeg = between(body, "Content-Type: image/jpeg\r\n\r\n", "\r\n--");
    if (!persons.contains(person) || jpeg.empty()) return status(6, "badParameters");
    if (method == "POST" && faces.contains(person)) return status(6, "deviceUserAlreadyExistFace");
    faces[person] = jpeg;
    return status(1, "ok");
}

} // namespace gatehouse::fakes
