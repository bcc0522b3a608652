#include "gateway/api/documents.hpp"
#include "gateway/api/routes.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <map>
#include <set>

namespace gatehouse::api {
namespace {

namespace json = boost::json;
using Words = std::set<std::string>;

// What the table and the document both say of one method of one path.
struct Described {
    Words query;
    std::string permission; // empty: open to everybody
    bool operator==(const Described&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Described& described)
{
    out << "permission \"" << described.permission << "\", query";
    for (const auto& word : described.query)
        out << ' ' << word;
    return out;
}

Words words_of(std::string_view text)
{
    Words words;
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        words.emplace(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

// Itself, or what its $ref names.
const json::value& resolved(const json::value& document, const json::value& part)
{
    const auto* there = part.as_object().if_contains("$ref");
    return there == nullptr ? part : document.at_pointer(std::string_view(there->as_string()).substr(1));
}

std::string upper(std::string_view method)
{
    std::string text;
    for (const char c : method)
        text += static_cast<char>(c - 'a' + 'A');
    return text;
}

Described describe(const json::value& document, const json::object& operation)
{
    Described described;
    if (const auto* word = operation.if_contains("x-permission")) described.permission = word->as_string();
    const auto* parameters = operation.if_contains("parameters");
    if (parameters == nullptr) return described;
    for (const auto& each : parameters->as_array()) {
        const auto& parameter = resolved(document, each);
        if (parameter.at("in") == "query") described.query.emplace(parameter.at("name").as_string());
    }
    return described;
}

std::map<std::string, Described> described_by(const json::value& document)
{
    std::map<std::string, Described> all;
    for (const auto& [path, methods] : document.at("paths").as_object())
        for (const auto& [method, operation] : methods.as_object())
            all.emplace(upper(method) + ' ' + std::string(path), describe(document, operation.as_object()));
    return all;
}

TEST(Documents, OpenApiAndTheTableNameTheSamePathsMethodsPermissionsAndParameters)
{
    const auto described = described_by(json::parse(openapi_text));
    Words routed;
    for (const auto& route : routes()) {
        const auto name = std::string(route.method) + ' ' + std::string(route.path);
        routed.insert(name);
        const auto found = described.find(name);
        ASSERT_NE(found, described.end()) << name << " is not described";
        const auto permission = route.permission ? account::to_string(*route.permission) : std::string_view();
        EXPECT_EQ(found->second, (Described{words_of(route.query), std::string(permission)})) << name;
    }
    for (const auto& [name, unused] : described)
        EXPECT_TRUE(routed.contains(name)) << name << " is described and not there";
}

// Every "$ref" below a value, wherever it stands.
void collect_references(const json::value& value, Words& found)
{
    if (const auto* list = value.if_array())
        for (const auto& item : *list)
            collect_references(item, found);
    if (const auto* object = value.if_object())
        for (const auto& [name, member] : *object) {
            if (name == "$ref") found.emplace(member.as_string());
            collect_references(member, found);
        }
}

TEST(Documents, WhatTheyReferToIsThere)
{
    const auto openapi = json::parse(openapi_text);
    const auto asyncapi = json::parse(asyncapi_text);
    const auto check = [&](const json::value& document) {
        Words references;
        collect_references(document, references);
        for (const std::string& reference : references) {
            const auto hash = reference.find('#');
            const auto& target = hash == 0 ? document : openapi;
            EXPECT_TRUE(hash == 0 || reference.starts_with("openapi.json#")) << reference;
            boost::system::error_code missing;
            (void)target.find_pointer(reference.substr(hash + 1), missing);
            EXPECT_FALSE(missing) << reference;
        }
    };
    check(openapi);
    check(asyncapi);
}

TEST(Documents, EveryEventTypeIsDescribedForTheApiAndForMqtt)
{
    const auto openapi = json::parse(openapi_text);
    const auto asyncapi = json::parse(asyncapi_text);
    const auto& mapping = openapi.at_pointer("/components/schemas/Event/discriminator/mapping").as_object();
    std::string sent;
    for (const auto& [name, schema] : asyncapi.at_pointer("/components/schemas").as_object())
        sent += json::serialize(schema);
    const auto expect_described = [&](const model::Body& body) {
        const auto type = model::type_of(body);
        EXPECT_TRUE(mapping.contains(type)) << type;
        const auto schema = std::holds_alternative<model::AlertChanged>(body) ? std::string("alert") : type;
        const auto urn = "\"urn:gatehouse:schema:" + schema + ':' + std::string(model::kind_of(body).schema);
        EXPECT_NE(sent.find("\"cn.gatehouse." + type + ".v1\""), std::string::npos) << type;
        EXPECT_NE(sent.find(urn + '"'), std::string::npos) << urn;
    };
    const auto each_kind = [&]<std::size_t... I>(std::index_sequence<I...>)
    {
        (expect_described(model::Body(std::in_place_index<I>)), ...);
    };
    each_kind(std::make_index_sequence<std::variant_size_v<model::Body>>());
    model::VehiclePassage refused;
    refused.passed = false;
    model::AccessAttempt granted;
    granted.granted = true;
    model::Passage of_a_person;
    of_a_person.vehicle = false;
    expect_described(refused);
    expect_described(granted);
    expect_described(of_a_person);
    for (auto state = 0; state <= static_cast<int>(model::Alert::State::suspended); ++state) {
        model::AlertChanged changed;
        changed.alert.state = static_cast<model::Alert::State>(state);
        expect_described(changed);
    }
}

} // namespace
} // namespace gatehouse::api
