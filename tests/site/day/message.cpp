#include "tests/site/day/message.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>

namespace gatehouse::site::day {

std::string headline_in(const std::string& body)
{
    const auto post = boost::json::parse(body);
    if (post.as_object().contains("card"))
        return std::string(post.at("card").at("header").at("title").at("content").as_string());
    const auto& message = post.at(post.at("msgtype").as_string()).as_object();
    // Who calls by mobile sends text in WeCom, else markdown: the headline is its first line.
    const auto* title = message.if_contains("title");
    std::string text((title != nullptr ? *title : message.at("content")).as_string());
    text.resize(std::min(text.find('\n'), text.size()));
    std::erase(text, '*');
    return text;
}

} // namespace gatehouse::site::day
