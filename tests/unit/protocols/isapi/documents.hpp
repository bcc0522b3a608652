#pragma once
#include <string>
#include <string_view>

// Vectors of our own, written after the fact sheet.
namespace gatehouse::isapi::test {

inline std::string alert_xml(std::string_view type, std::string_view state, std::string_view more = {})
{
    std::string out =
        "<EventNotificationAlert version=\"2.0\" xmlns=\"http://www.hikvision.com/ver20/XMLSchema\">\n"
        "<ipAddress>192.0.2.9</ipAddress>\n<portNo>80</portNo>\n<channelID>1</channelID>\n"
        "<dateTime>2026-03-01T08:00:00+08:00</dateTime>\n<activePostCount/>\n<eventType>";
    out.append(type).append("</eventType>\n<eventState>").append(state).append("</eventState>\n");
    return out.append(more).append("</EventNotificationAlert>");
}

inline std::string heartbeat()
{
    return alert_xml("videoloss", "inactive");
}

inline std::string access_json(std::string_view members)
{
    std::string out =
        R"({"ipAddress":"192.0.2.7","dateTime":"2026-03-01T08:00:00+08:00","activePostCount":1,)"
        R"("eventType":"AccessControllerEvent","eventState":"active","AccessControllerEvent":{)";
    return out.append(members).append("}}");
}

inline std::string plate_xml(std::string_view members, std::string_view beside = {})
{
    return alert_xml("ANPR", "active",
                     std::string("<ANPR>").append(members).append("</ANPR>").append(beside));
}

// A picture as far as the scanner looks: start and end marks, bytes that look like line ends and boundaries
// between.
inline std::string picture(std::size_t size = 600)
{
    std::string out("\xFF\xD8\xFF\xE0", 4);
    while (out.size() + 2 < size)
        out += static_cast<char>(out.size() * 37 % 251);
    out.resize(size - 2);
    return out + "\xFF\xD9";
}

inline std::string part(std::string_view boundary, std::string_view type, std::string_view body,
                        std::string_view disposition = {})
{
    std::string out("--");
    out.append(boundary).append("\r\n");
    if (!disposition.empty())
        out.append("Content-Disposition: form-data; ").append(disposition).append("\r\n");
    out.append("Content-Type: ")
        .append(type)
        .append("\r\nContent-Length: ")
        .append(std::to_string(body.size()));
    return out.append("\r\n\r\n").append(body).append("\r\n");
}

} // namespace gatehouse::isapi::test
