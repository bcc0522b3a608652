#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

std::optional<Signal> classify_faces_to_file(const model::Event& event)
{
    const auto* notice = std::get_if<model::SystemNotice>(&event.body);
    if (!notice || notice->what != "faces_to_file") return std::nullopt;
    return lasting(!notice->ok, "", "");
}

std::string faces_to_file_sentence(const std::string& place, const Signal&)
{
    return place + "登记人脸数已达100000，须在30个工作日内向省级网信部门备案";
}

} // namespace

// The faces enrolled on site are so many that they have to be filed with the provincial authority within 30
// working days (domain.md P-14).
const RuleSpec faces_to_file{"faces-to-file",        "faces_to_file",       2, 0s,
                             classify_faces_to_file, faces_to_file_sentence};

} // namespace gatehouse::rules
