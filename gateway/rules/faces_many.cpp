#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

std::optional<Signal> classify_faces_many(const model::Event& event)
{
    const auto* notice = std::get_if<model::SystemNotice>(&event.body);
    if (!notice || notice->what != "faces_many") return std::nullopt;
    return lasting(!notice->ok, "", "");
}

std::string faces_many_sentence(const std::string& place, const Signal&)
{
    return place + "登记人脸数已达80000，接近备案标准";
}

} // namespace

// The faces enrolled on site come near the number that has to be filed (domain.md P-14).
const RuleSpec faces_many{"faces-many", "faces_many", 4, 0s, classify_faces_many, faces_many_sentence};

} // namespace gatehouse::rules
