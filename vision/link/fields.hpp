#pragma once
#include "gateway/model/enum_text.hpp"
#include "vision/link/messages.hpp"
#include "vision/link/plate_verdict.hpp"
#include "vision/link/probe_result.hpp"

// Which members of a message go into its JSON and which are blobs: said once, for writer and reader alike.
// each(NAME, MEMBER) is called for the members, blob(MEMBER) for the blobs in their order.
namespace gatehouse::vision {

template <class M, class T>
concept Is = std::is_same_v<std::remove_const_t<M>, T>;

void fields(Is<Point> auto& m, auto& v)
{
    v.each("x", m.x);
    v.each("y", m.y);
}
void fields(Is<Source> auto& m, auto& v)
{
    v.each("kind", m.kind);
    v.each("url", m.url);
}
void fields(Is<Wants> auto& m, auto& v)
{
    v.each("health", m.health);
    v.each("plates", m.plates);
    v.each("faces", m.faces);
}
void fields(Is<HealthOptions> auto& m, auto& v)
{
    v.each("sensitivity", m.sensitivity);
    v.each("states", m.states);
}
void fields(Is<PlateOptions> auto& m, auto& v)
{
    v.each("region", m.region);
    v.each("masks", m.masks);
    v.each("confidence_min", m.confidence_min);
}
void fields(Is<Zone> auto& m, auto& v)
{
    v.each("number", m.number);
    v.each("name", m.name);
    v.each("polygon", m.polygon);
    v.each("minutes", m.minutes);
    v.each("share", m.share);
}
void fields(Is<Watch> auto& m, auto& v)
{
    v.each("camera", m.camera);
    v.each("sources", m.sources);
    v.each("username", m.username);
    v.each("password", m.password);
    v.each("wants", m.wants);
    v.each("health", m.health);
    v.each("plates", m.plates);
    v.each("zones", m.zones);
    v.each("utc_offset_minutes", m.utc_offset_minutes);
    v.blob(m.references);
}
void fields(Is<Forget> auto& m, auto& v)
{
    v.each("camera", m.camera);
}
void fields(Is<Relearn> auto& m, auto& v)
{
    v.each("camera", m.camera);
}
void fields(Is<Trigger> auto& m, auto& v)
{
    v.each("camera", m.camera);
    v.each("span_ms", m.span_ms);
}
void fields(Is<Ask> auto& m, auto& v)
{
    v.each("id", m.id);
    v.each("question", m.question);
    v.each("order", m.order);
    v.blob(m.picture);
}
void fields(Is<Ping> auto& m, auto& v)
{
    v.each("id", m.id);
}
void fields(Is<ModelState> auto& m, auto& v)
{
    v.each("name", m.name);
    v.each("file", m.file);
    v.each("sha256", m.sha256);
    v.each("ready", m.ready);
    v.each("why", m.why);
}
void fields(Is<Ready> auto& m, auto& v)
{
    v.each("version", m.version);
    v.each("models", m.models);
}
void fields(Is<Stream> auto& m, auto& v)
{
    v.each("camera", m.camera);
    v.each("state", m.state);
    v.each("reason", m.reason);
    v.each("why", m.why);
    v.each("source", m.source);
    v.each("codec", m.codec);
    v.each("width", m.width);
    v.each("height", m.height);
    v.each("frame_rate", m.frame_rate);
}
void fields(Is<model::Plate> auto& m, auto& v)
{
    v.each("text", m.text);
    v.each("color", m.color);
    v.each("confidence", m.confidence);
    v.each("characters", m.characters);
}
void fields(Is<PlateRead> auto& m, auto& v)
{
    v.each("camera", m.camera);
    v.each("seen_at", m.seen_at);
    v.each("plate", m.plate);
    v.each("frames", m.frames);
    v.each("width", m.width);
    v.blob(m.scene_picture);
    v.blob(m.plate_picture);
}
void fields(Is<Finding> auto& m, auto& v)
{
    v.each("camera", m.camera);
    v.each("seen_at", m.seen_at);
    v.each("what", m.what);
    v.each("active", m.active);
    v.each("detail", m.detail);
    v.each("values", m.values);
    v.each("zone", m.zone);
    v.each("region", m.region);
    v.blob(m.present_picture);
    v.blob(m.reference_picture);
}
void fields(Is<Presence> auto& m, auto& v)
{
    v.each("camera", m.camera);
    v.each("seen_at", m.seen_at);
    v.each("faces", m.faces);
    v.each("active", m.active);
    v.blob(m.picture);
}
void fields(Is<References> auto& m, auto& v)
{
    v.each("camera", m.camera);
    v.blob(m.blob);
}
void fields(Is<Answer> auto& m, auto& v)
{
    v.each("id", m.id);
    v.each("refusal", m.refusal);
    v.each("why", m.why);
    v.each("result", m.result);
    v.blob(m.picture);
}
void fields(Is<CameraFigures> auto& m, auto& v)
{
    v.each("camera", m.camera);
    v.each("packets", m.packets);
    v.each("decoded", m.decoded);
    v.each("dropped", m.dropped);
    v.each("errors", m.errors);
    v.each("reconnects", m.reconnects);
    v.each("plates", m.plates);
}
void fields(Is<Figures> auto& m, auto& v)
{
    v.each("cameras", m.cameras);
    v.each("resident_bytes", m.resident_bytes);
    v.each("asked", m.asked);
    v.each("refused", m.refused);
}
void fields(Is<ProbeResult> auto& m, auto& v)
{
    v.each("mean", m.mean);
    v.each("contrast", m.contrast);
    v.each("sharpness", m.sharpness);
    v.each("plates", m.plates);
    v.each("plate_width", m.plate_width);
    v.each("active", m.active);
}
void fields(Is<PlateVerdict> auto& m, auto& v)
{
    v.each("verdict", m.verdict);
    v.each("reason", m.reason);
    v.each("text", m.text);
}
void fields(Is<Pong> auto& m, auto& v)
{
    v.each("id", m.id);
}

} // namespace gatehouse::vision
