#include "gateway/rules/camera_states.hpp"

#include <utility>

namespace gatehouse::rules {
namespace {

// A state of a camera's picture that the vision worker finds: its word there, the rule, and what the guard is
// told. The worker holds each of them for its own time before it tells.
struct CameraState {
    std::string_view what; // DeviceHealth::what
    std::string_view name;
    std::string_view kind;
    int severity;
    const char* text;
};

constexpr std::array<CameraState, camera_state_count> states{{
    {"picture_black", "camera-black", "camera_black", 3, "画面全黑"},
    {"picture_occluded", "camera-occluded", "camera_occluded", 3, "镜头被遮挡"},
    {"picture_moved", "camera-moved", "camera_moved", 3, "朝向被移动"},
    {"picture_frozen", "camera-frozen", "camera_frozen", 3, "画面定格不动"},
    {"picture_lost", "camera-lost", "camera_lost", 3, "没有画面"},
    {"picture_no_key_frame", "camera-no-key-frame", "camera_no_key_frame", 4, "有码流但无法解码"},
    {"picture_over_exposed", "camera-over-exposed", "camera_over_exposed", 4, "画面过曝"},
    {"picture_low_contrast", "camera-low-contrast", "camera_low_contrast", 4, "画面对比度过低"},
    {"picture_blurred", "camera-blurred", "camera_blurred", 4, "画面模糊"},
    {"picture_colour_cast", "camera-colour-cast", "camera_colour_cast", 4, "画面偏色"},
    {"picture_noise", "camera-noise", "camera_noise", 4, "画面有雪花或噪点"},
    {"picture_stripes", "camera-stripes", "camera_stripes", 4, "画面有条纹"},
}};

template <std::size_t N>
std::optional<Signal> classify_state(const model::Event& event)
{
    const auto* health = std::get_if<model::DeviceHealth>(&event.body);
    if (health == nullptr || health->what != states[N].what) return std::nullopt;
    return lasting(!health->ok, "", "");
}

template <std::size_t N>
std::string state_sentence(const std::string& place, const Signal&)
{
    return place + states[N].text;
}

template <std::size_t... N>
constexpr std::array<RuleSpec, camera_state_count> make_rows(std::index_sequence<N...>)
{
    using namespace std::chrono_literals;
    return {RuleSpec{states[N].name, states[N].kind, states[N].severity, 0s, classify_state<N>,
                     state_sentence<N>}...};
}

} // namespace

constinit const std::array<RuleSpec, camera_state_count> camera_states =
    make_rows(std::make_index_sequence<camera_state_count>());

} // namespace gatehouse::rules
