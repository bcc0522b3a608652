#include "gateway/api/json_body.hpp"
#include "gateway/api/operator.hpp"
#include "gateway/api/resources.hpp"
#include "gateway/api/views.hpp"
#include "gateway/base/time_text.hpp"

namespace gatehouse::api {
namespace {

using acceptance::Item;
using acceptance::Sheet;

// Who it is on the sheet: the account, or whoever the control socket's request names.
std::string signer_of(const Request& request, const boost::json::object& body)
{
    auto named = operator_of(request, body);
    return named.empty() ? request.peer : named;
}

// The document as it is kept, with the hash as its last member: what is hashed is what stands before it.
Response sheet_response(const base::Result<Sheet>& sheet, unsigned status = 200)
{
    if (sheet.error() == base::Errc::busy)
        return problem(409, "somebody else is filling in a sheet just now; try again");
    if (!sheet) return problem(sheet.error());
    auto text = sheet->document;
    text.pop_back();
    return json_response(text + ",\"hash\":\"" + sheet->hash + "\"}", status);
}

void write_summary(model::JsonWriter& json, const Sheet& sheet, std::chrono::minutes utc_offset)
{
    const auto count = [&](const char* name, Item::Result result) {
        json.member(name, static_cast<std::uint64_t>(sheet.run.count(result)));
    };
    json.begin_object().member("id", sheet.run.id).member("at", base::format_time(sheet.run.at, utc_offset));
    json.member("by", sheet.run.by).member("state", sheet.run.is_signed ? "signed" : "open");
    count("passed", Item::Result::pass);
    count("failed", Item::Result::fail);
    count("open", Item::Result::open);
    json.end_object();
}

} // namespace

Reply acceptances(const Context& context, Request)
{
    if (context.services.acceptance == nullptr) co_return not_served();
    const auto sheets = co_await context.services.acceptance->all();
    if (!sheets) co_return problem(sheets.error());
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().key("runs").begin_array();
    for (const auto& sheet : *sheets)
        write_summary(json, sheet, context.services.utc_offset);
    json.end_array().end_object();
    co_return json_response(std::move(text));
}

Reply acceptance_begin(const Context& context, Request request)
{
    if (context.services.acceptance == nullptr) co_return not_served();
    const auto body = read_object(request.body);
    if (!body) co_return problem(400, "the body must be a JSON object, or empty");
    auto actor = signer_of(request, *body);
    const auto sheet = co_await context.services.acceptance->begin(std::move(actor));
    if (sheet.error() == base::Errc::overloaded)
        co_return problem(409, "there are a hundred acceptances already");
    co_return sheet_response(sheet, 201);
}

Reply acceptance(const Context& context, Request request)
{
    if (context.services.acceptance == nullptr) co_return not_served();
    const auto sheet = co_await context.services.acceptance->find(request.part("id"));
    co_return sheet_response(sheet);
}

Reply acceptance_item(const Context& context, Request request)
{
    if (context.services.acceptance == nullptr) co_return not_served();
    const auto body = read_object(request.body);
    const auto result = body ? acceptance::result_of(text_of(*body, "result")) : std::nullopt;
    if (!result)
        co_return problem(400, "\"result\" is open, pass, fail or na; \"note\" and \"evidence\" may follow");
    acceptance::Finding finding;
    finding.result = *result;
    finding.note = text_of(*body, "note");
    finding.evidence = texts_of(*body, "evidence");
    finding.actor = signer_of(request, *body);
    const auto sheet = co_await context.services.acceptance->settle(request.part("id"), request.part("item"),
                                                                    std::move(finding));
    if (sheet.error() == base::Errc::bad_input)
        co_return problem(400, "what does not apply here needs a note that says why");
    if (sheet.error() == base::Errc::conflict)
        co_return problem(409,
                          "it is signed, or the item is an automatic check, which may only be set aside");
    co_return sheet_response(sheet);
}

Reply acceptance_check(const Context& context, Request request)
{
    if (context.services.acceptance == nullptr) co_return not_served();
    const auto sheet = co_await context.services.acceptance->check_again(request.part("id"));
    if (sheet.error() == base::Errc::conflict) co_return problem(409, "it is signed");
    co_return sheet_response(sheet);
}

Reply acceptance_sign(const Context& context, Request request)
{
    if (context.services.acceptance == nullptr) co_return not_served();
    const auto body = read_object(request.body);
    std::vector<acceptance::Signature> signatures;
    if (const auto* member = body ? body->if_contains("signatures") : nullptr;
        member != nullptr && member->is_array())
        for (const auto& one : member->as_array())
            if (one.is_object())
                signatures.push_back({text_of(one.as_object(), "role"), text_of(one.as_object(), "name")});
    auto actor = body ? signer_of(request, *body) : std::string();
    const auto sheet = co_await context.services.acceptance->sign(request.part("id"), std::move(signatures),
                                                                  std::move(actor));
    if (sheet.error() == base::Errc::bad_input)
        co_return problem(400, "\"signatures\" is an array of up to 20, each with \"role\" and \"name\"");
    if (sheet.error() == base::Errc::conflict)
        co_return problem(409, "it is signed already, or some items are still open");
    co_return sheet_response(sheet);
}

} // namespace gatehouse::api
