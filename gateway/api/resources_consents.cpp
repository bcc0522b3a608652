#include "gateway/api/masking.hpp"
#include "gateway/api/operator.hpp"
#include "gateway/api/resources.hpp"
#include "gateway/api/views.hpp"
#include "gateway/base/time_text.hpp"

namespace gatehouse::api {
namespace {

void write_consent(model::JsonWriter& json, const store::Consent& consent, std::chrono::minutes utc_offset)
{
    json.begin_object()
        .member("person", std::string_view(consent.person))
        .member("purpose", std::string_view(consent.purpose));
    json.member("text_version", std::string_view(consent.text_version));
    json.member("given_at", std::string_view(base::format_time(consent.given_at, utc_offset)));
    json.member("method", std::string_view(consent.method)).member("under_14", consent.under_14);
    json.member_if("guardian", consent.guardian);
    if (consent.withdrawn_at)
        json.member("withdrawn_at", std::string_view(base::format_time(*consent.withdrawn_at, utc_offset)));
    json.end_object();
}

void write_report(model::JsonWriter& json, const access::ConsentReport& report)
{
    json.member("imported", static_cast<std::uint64_t>(report.imported ? report.records : 0));
    json.member("records", static_cast<std::uint64_t>(report.records));
    json.member("added", static_cast<std::uint64_t>(report.added));
    json.member("changed", static_cast<std::uint64_t>(report.changed)).key("errors").begin_array();
    for (const auto& error : report.errors) {
        json.begin_object().member("line", static_cast<std::uint64_t>(error.line));
        json.member("text", std::string_view(error.text)).end_object();
    }
    json.end_array();
}

// Enough to tell a picture from a slip of the file's name; the terminal judges the rest.
bool is_jpeg(std::string_view bytes)
{
    return bytes.starts_with("\xff\xd8\xff");
}

constexpr std::size_t face_bytes_max = 1024U * 1024; // no terminal takes more

} // namespace

Reply consents(const Context& context, Request request)
{
    if (context.services.store == nullptr) co_return not_served();
    if (!sees_persons(request)) co_return problem(403, "this needs the permission person.read");
    const auto records = co_await context.services.store->consents();
    if (!records) co_return problem(records.error());
    const auto person = request.text("person");
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().key("consents").begin_array();
    for (const auto& record : *records)
        if (person.empty() || record.person == person)
            write_consent(json, record, context.services.utc_offset);
    json.end_array().end_object();
    co_return json_response(std::move(text));
}

Reply consent_import(const Context& context, Request request)
{
    if (!context.services.consent_import) co_return not_served();
    auto actor = operator_of(request);
    const auto dry_run = request.text("dry_run");
    if (actor.empty()) co_return problem(400, "operator must say who changes the records");
    const auto report = co_await context.services.consent_import(std::move(request.body), std::move(actor),
                                                                 dry_run == "1" || dry_run == "true");
    if (!report) co_return problem(report.error());
    const WriteMembers members = [&report](model::JsonWriter& json) { write_report(json, *report); };
    if (!report->errors.empty()) co_return problem(422, "the file has errors; nothing was changed", members);
    std::string text;
    model::JsonWriter json(text);
    json.begin_object();
    members(json);
    json.end_object();
    co_return json_response(std::move(text));
}

Reply consent_withdraw(const Context& context, Request request)
{
    if (!context.services.consent_withdraw) co_return not_served();
    auto person = request.text("person");
    auto purpose = request.text("purpose");
    auto actor = operator_of(request);
    if (person.empty() || purpose.empty())
        co_return problem(400, "person and purpose must say which consent");
    if (actor.empty()) co_return problem(400, "operator must say who notes the withdrawal");
    const auto done =
        co_await context.services.consent_withdraw(std::move(person), std::move(purpose), std::move(actor));
    if (done.has_error() && done.error() == base::Errc::not_found)
        co_return problem(404, "there is no such consent that could be withdrawn");
    if (!done) co_return problem(done.error());
    co_return json_response(R"({"withdrawn":true})");
}

Reply face_enrol(const Context& context, Request request)
{
    if (!context.services.face_enrol) co_return not_served();
    auto person = request.text("person");
    auto actor = operator_of(request);
    if (person.empty()) co_return problem(400, "person must say whose face it is");
    if (actor.empty()) co_return problem(400, "operator must say who sends it");
    if (!is_jpeg(request.body) || request.body.size() > face_bytes_max)
        co_return problem(400, "the body is no JPEG of at most 1 MiB");
    const auto enrolments =
        co_await context.services.face_enrol(std::move(person), std::move(request.body), std::move(actor));
    if (enrolments.error() == base::Errc::unauthorised)
        co_return problem(409, "the person has not agreed to it, or agrees no longer; nothing was sent");
    if (enrolments.error() == base::Errc::not_found)
        co_return problem(404,
                          "no running terminal that takes faces and may be written is to hold this person");
    if (!enrolments) co_return problem(enrolments.error());
    std::string text;
    model::JsonWriter json(text);
    json.begin_object().key("terminals").begin_array();
    for (const auto& enrolment : *enrolments) {
        json.begin_object()
            .member("device", std::string_view(enrolment.device))
            .member("done", enrolment.done);
        json.member_if("reason", enrolment.reason).end_object();
    }
    json.end_array().end_object();
    co_return json_response(std::move(text));
}

} // namespace gatehouse::api
