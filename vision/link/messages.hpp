#pragma once
#include "gateway/base/clock.hpp"
#include "gateway/base/errc.hpp"
#include "gateway/base/secret.hpp"
#include "gateway/model/event.hpp"
#include "vision/link/frame.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gatehouse::vision {

// Relative to the picture: 0 0 is its upper left corner, 1 1 its lower right one.
struct Point {
    double x = 0;
    double y = 0;
    friend bool operator==(const Point&, const Point&) = default;
};
using Polygon = std::vector<Point>; // at least three points; empty: the whole picture

// ---- to the worker ----

// One way to a camera's pictures. Those of a camera are in order of preference: the worker uses the first
// that answers, for plates the largest.
struct Source {
    std::string kind; // main | sub | snapshot
    std::string url;  // rtsp:// or http(s)://, without username and password
};

struct Wants {
    bool health = true;
    bool plates = false;
    bool faces = false;
};

struct HealthOptions {
    int sensitivity = 5;               // 1..10; 5: the limits of vision.md §6
    std::map<std::string, int> states; // state -> its own sensitivity; 0: not watched
};

struct PlateOptions {
    Polygon region;              // where plates are looked for
    std::vector<Polygon> masks;  // where they are not: the overlay with the time
    double confidence_min = 0.3; // of the weaker of detector and weakest character; below: no read
};

// A place that has to be kept free: a fire lane, the apron before a gate.
struct Zone {
    int number = 0;
    std::string name;
    Polygon polygon;
    int minutes = 3; // occupied for longer than that is a finding
    int share = 15;  // percent of it that a vehicle covers at least
};

// Begins to look at a camera, or looks at it from now on as it says here.
struct Watch {
    std::string camera; // id of the device
    std::vector<Source> sources;
    std::string username;
    base::Secret password;
    Wants wants;
    HealthOptions health;
    PlateOptions plates;
    std::vector<Zone> zones;
    std::int64_t utc_offset_minutes = 480; // what the hour of the day is made from
    std::string references; // blob: what the worker sent last as References; empty: nothing learnt yet
};

struct Forget {
    std::string camera;
};

// The camera was aimed anew on purpose: what it should see is learnt from now on, and what was told by
// comparing with what it saw before ends.
struct Relearn {
    std::string camera;
};

// Something is about to happen before the camera: every frame is decoded for so long.
struct Trigger {
    std::string camera;
    std::int64_t span_ms = 0;
};

// What may be asked beside watching. Each has its own order (JSON) and result (JSON); README.md lists them.
enum class Question { snapshot, evidence, plate_check, enrolment_check, presence, probe };

struct Ask {
    std::uint64_t id = 0;
    Question question = Question::snapshot;
    std::string order;   // JSON of the question
    std::string picture; // blob: JPEG
};

struct Ping {
    std::uint64_t id = 0;
};

// ---- from the worker ----

struct ModelState {
    std::string name; // plate_detector ...
    std::string file;
    std::string sha256;
    bool ready = false;
    std::string why; // one sentence when it is not
};

// The first message of a worker.
struct Ready {
    std::string version;
    std::vector<ModelState> models;
};

// How the pictures of a camera come; sent at every change and in answer to Watch.
struct Stream {
    std::string camera;
    model::LinkState state = model::LinkState::unknown; // up | silent | down
    std::string reason; // when not up: refused | unreachable | timed_out | unauthorised | not_found | ended |
                        // codec | no_key_frame | decode | no_source
    std::string why;    // the same as one sentence
    std::string source; // main | sub | snapshot
    std::string codec;
    int width = 0;
    int height = 0;
    double frame_rate = 0;
};

// One passage was read: once, from all its frames.
struct PlateRead {
    std::string camera;
    base::WallTime seen_at{};
    model::Plate plate;
    int frames = 0;            // that voted
    int width = 0;             // of the plate in the picture, px
    std::string scene_picture; // blob
    std::string plate_picture; // blob
};

// A state of a camera or of a zone begins or ends.
struct Finding {
    std::string camera;
    base::WallTime seen_at{};
    std::string what; // lost | black | over_exposed | low_contrast | blurred | occluded | moved | frozen |
                      // colour_cast | noise | stripes | no_key_frame | occupied
    bool active = true;
    std::string detail;                   // one sentence
    std::map<std::string, double> values; // what was measured
    int zone = 0;                         // occupied: its number
    Polygon region;                       // where in the picture
    std::string present_picture;          // blob, may be empty
    std::string reference_picture;        // blob, may be empty
};

// Somebody is there, or is not any more.
struct Presence {
    std::string camera;
    base::WallTime seen_at{};
    int faces = 0; // in the picture at once
    bool active = true;
    std::string picture; // blob
};

// What was learnt of a camera, to be kept and given back with Watch.
struct References {
    std::string camera;
    std::string blob; // blob
};

struct Answer {
    std::uint64_t id = 0;
    std::string
        refusal;     // empty: answered; else busy | not_found | bad_input | too_large | unavailable | failed
    std::string why; // one sentence when refused
    std::string result;  // JSON of the question
    std::string picture; // blob, may be empty
};

struct CameraFigures {
    std::string camera;
    std::uint64_t packets = 0;
    std::uint64_t decoded = 0;
    std::uint64_t dropped = 0; // frames that a full queue gave up
    std::uint64_t errors = 0;  // pictures that could not be decoded
    std::uint64_t reconnects = 0;
    std::uint64_t plates = 0; // passages read
};

// Since the worker started; every ten seconds.
struct Figures {
    std::vector<CameraFigures> cameras;
    std::uint64_t resident_bytes = 0;
    std::uint64_t asked = 0;
    std::uint64_t refused = 0; // of those asked
};

struct Pong {
    std::uint64_t id = 0;
};

using ToWorker = std::variant<Watch, Forget, Trigger, Ask, Ping, Relearn>;
using FromWorker =
    std::variant<Ready, Stream, PlateRead, Finding, Presence, References, Answer, Figures, Pong>;

// The words for it in the JSON.
[[nodiscard]] std::string_view to_string(Question question);
[[nodiscard]] bool parse(std::string_view word, Question& question);

// A whole frame's bytes. Errors: too_large.
[[nodiscard]] base::Result<std::string> encode(const ToWorker& message);
[[nodiscard]] base::Result<std::string> encode(const FromWorker& message);

// Members that are absent keep their defaults, unknown ones are passed over. Errors: bad_input for a frame of
// the other direction or of a type unknown here, for a text that is no JSON object or of wrong types, and for
// more than 1024 items in a list. total.
[[nodiscard]] base::Result<ToWorker> decode_to_worker(Frame frame);
[[nodiscard]] base::Result<FromWorker> decode_from_worker(Frame frame);

} // namespace gatehouse::vision
