#include "gateway/rules/rule_list.hpp"

namespace gatehouse::rules {
namespace {

using namespace std::chrono_literals;

std::optional<Signal> classify_vision_down(const model::Event& event)
{
    const auto* notice = std::get_if<model::SystemNotice>(&event.body);
    if (!notice || notice->what != "vision") return std::nullopt;
    return lasting(!notice->ok, "", "");
}

std::string vision_down_sentence(const std::string&, const Signal&)
{
    return "图像识别程序工作异常，普通相机的画面或车牌暂时无人识别";
}

} // namespace

// The worker that looks at pictures ends again and again, or its networks are missing: no plate is read from
// a plain camera, or a blind one is not noticed. It is told when it is meant.
const RuleSpec vision_down{"vision-down", "vision_down", 3, 0s, classify_vision_down, vision_down_sentence};

} // namespace gatehouse::rules
