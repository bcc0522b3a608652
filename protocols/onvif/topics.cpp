#include "protocols/onvif/topics.hpp"

#include "protocols/onvif/xml.hpp"

#include <array>

namespace gatehouse::onvif {
namespace {

using Becomes = Topic::Becomes;

// The first that fits. A new topic is a row here.
constexpr std::array rows{
    Topic{"VideoSource/MotionAlarm", Becomes::detection, "motion", {}},
    Topic{"RuleEngine/CellMotionDetector/Motion", Becomes::detection, "motion", {}},
    Topic{"RuleEngine/MotionRegionDetector/Motion", Becomes::detection, "motion", {}},
    Topic{"RuleEngine/FieldDetector/ObjectsInside", Becomes::detection, "intrusion", {}},
    Topic{"RuleEngine/LineDetector/Crossed", Becomes::detection, "line_crossing", {}},
    Topic{"RuleEngine/CountAggregation/*", Becomes::setting, {}, {}},
    Topic{"RuleEngine/TamperDetector/Tamper", Becomes::tamper, "lens", {}},
    Topic{"VideoSource/GlobalSceneChange/*", Becomes::tamper, "scene", {}},
    Topic{"VideoSource/ImageTooBlurry*", Becomes::tamper, "lens", {}},
    Topic{"VideoSource/ImageTooDark*", Becomes::tamper, "lens", {}},
    Topic{"VideoSource/ImageTooBright*", Becomes::tamper, "lens", {}},
    Topic{"VideoSource/SignalLoss", Becomes::health, "video", {}},
    Topic{"VideoSource/VideoLoss", Becomes::health, "video", {}},
    Topic{"VideoLoss", Becomes::health, "video", {}},
    Topic{"Device/Trigger/DigitalInput", Becomes::input, {}, {}},
    Topic{"Device/Trigger/tnshik:AlarmIn", Becomes::input, {}, {}},
    Topic{"Device/Trigger/AlarmIn", Becomes::input, {}, {}},
    Topic{"Device/tnsaxis:IO/Port", Becomes::input, {}, {}},
    Topic{"Device/tnsaxis:IO/*", Becomes::repeated, {}, {}},
    Topic{"Device/Trigger/Relay", Becomes::relay, {}, {}},
    Topic{"Device/tnsaxis:Sensor/PIR", Becomes::detection, "motion", {}},
    Topic{"Device/HardwareFailure/StorageFailure", Becomes::health, "storage", {}},
    Topic{"Device/HardwareFailure/FanFailure", Becomes::health, "fan", {}},
    Topic{"Device/HardwareFailure/PowerSupplyFailure", Becomes::health, "power", {}},
    Topic{"Device/HardwareFailure/TemperatureCritical", Becomes::health, "temperature", {}},
    Topic{"tnsaxis:Storage/Alert", Becomes::health, "storage", {}},
    Topic{"Monitoring/OperatingTime/LastReboot", Becomes::restarted, {}, {}},
    Topic{"Monitoring/*", Becomes::setting, {}, {}},
    Topic{"VideoSource/tnsaxis:DayNightVision", Becomes::setting, {}, {}},
    Topic{"Device/tnsaxis:Light/*", Becomes::setting, {}, {}},
    Topic{"tnsaxis:CameraApplicationPlatform/VMD/*", Becomes::detection, "motion", {}},
    Topic{"tnsaxis:CameraApplicationPlatform/ObjectAnalytics/*", Becomes::detection, "motion", {}},
    Topic{"AccessControl/AccessGranted/*", Becomes::granted, {}, {}},
    Topic{"AccessControl/AccessDenied/*", Becomes::denied, {}, {}},
    Topic{"AccessControl/AccessTaken/*", Becomes::repeated, {}, {}},
    Topic{"AccessControl/AccessNotTaken/*", Becomes::repeated, {}, {}},
    Topic{"AccessControl/Duress*", Becomes::duress, {}, {}},
    Topic{"AccessControl/Request/*", Becomes::asks, {}, {}},
    Topic{"AccessPoint/State/Enabled", Becomes::enabled, "reader", {}},
    Topic{"AccessPoint/State/Tampering", Becomes::tamper, "reader", {}},
    Topic{"Door/State/DoorMode", Becomes::door_mode, {}, {}},
    Topic{"Door/State/DoorPhysicalState", Becomes::door_contact, {}, {}},
    Topic{"Door/State/LockPhysicalState", Becomes::door_lock, {}, {}},
    Topic{"Door/State/DoubleLockPhysicalState", Becomes::repeated, {}, {}},
    Topic{"Door/State/DoorAlarm", Becomes::door_alarm, {}, {}},
    Topic{"Door/State/DoorTamper", Becomes::door_tamper, {}, {}},
    Topic{"Door/State/DoorFault", Becomes::door_fault, {}, {}},
};

// In this order: "HumanMotion" is a human. Parts of words, in lower case.
constexpr std::array rows_by_word{
    Topic{"tamper", Becomes::tamper, "lens", {}},
    Topic{"scenechange", Becomes::tamper, "scene", {}},
    Topic{"linecross", Becomes::detection, "line_crossing", {}},
    Topic{"crossline", Becomes::detection, "line_crossing", {}},
    Topic{"linedetect", Becomes::detection, "line_crossing", {}},
    Topic{"intrusion", Becomes::detection, "intrusion", {}},
    Topic{"isinside", Becomes::detection, "intrusion", {}},
    Topic{"visitor", Becomes::detection, "doorbell", {}},
    Topic{"doorbell", Becomes::detection, "doorbell", {}},
    Topic{"package", Becomes::detection, "unattended", {}},
    Topic{"unattended", Becomes::detection, "unattended", {}},
    Topic{"baggage", Becomes::detection, "unattended", {}},
    Topic{"people", Becomes::detection, "motion", "human"},
    Topic{"person", Becomes::detection, "motion", "human"},
    Topic{"human", Becomes::detection, "motion", "human"},
    Topic{"pedestrian", Becomes::detection, "motion", "human"},
    Topic{"face", Becomes::detection, "motion", "human"},
    Topic{"vehicle", Becomes::detection, "motion", "vehicle"},
    Topic{"animal", Becomes::detection, "motion", "others"},
    Topic{"dogcat", Becomes::detection, "motion", "others"},
    Topic{"ispet", Becomes::detection, "motion", "others"},
    Topic{"motion", Becomes::detection, "motion", {}},
};

bool fits(std::string_view pattern, std::string_view topic)
{
    if (!pattern.ends_with('*')) return topic == pattern;
    return topic.starts_with(pattern.substr(0, pattern.size() - 1));
}

} // namespace

std::optional<Topic> topic_of(std::string_view canonical)
{
    for (const auto& row : rows)
        if (fits(row.pattern, canonical)) return row;
    const bool analytics = canonical.starts_with("RuleEngine/") || canonical.starts_with("UserAlarm/") ||
                           canonical.starts_with("VideoAnalytics/") || canonical.starts_with("VideoSource/");
    return analytics ? topic_by_words(canonical) : std::nullopt;
}

std::optional<Topic> topic_by_words(std::string_view text)
{
    const auto small = ascii::lower(text);
    for (const auto& row : rows_by_word)
        if (small.find(row.pattern) != std::string::npos) return row;
    return std::nullopt;
}

} // namespace gatehouse::onvif
