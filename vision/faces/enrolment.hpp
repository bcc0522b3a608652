#pragma once
#include "vision/faces/face_finder.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::vision::faces {

// What keeps a portrait from being imported to terminals.
enum class Objection {
    file_too_large,
    no_face,
    several_faces,
    face_too_small,
    face_cut_off,
    head_turned,
    head_tilted,
    head_raised,
    blurred,
    too_dark,
    too_bright,
    uneven_light,
};

// What the person who imports the picture reads.
struct ObjectionText {
    std::string_view code; // stable: several_faces
    std::string_view zh;
    std::string_view en;
};
[[nodiscard]] const ObjectionText& text_of(Objection objection);

// What was measured; negative where it could not be.
struct PortraitFigures {
    int faces = 0;
    int face_height = -1;      // pixels
    double brightness = -1;    // mean of the face, 0..255
    double light_balance = -1; // the darker half of the face to the brighter one, 0..1
    double sharpness = -1;     // share of the edges that a 9x9 box takes away, with the face 160 pixels high
    double tilt = -1;          // degrees between the line through the eyes and the horizon
    double turn = -1;          // nose off the middle between the eyes, in eye distances
    double rise = -1;          // where the nose is between eyes (0) and mouth (1)
};

struct Enrolment {
    std::vector<Objection> objections; // empty: fit for terminals
    PortraitFigures figures;           // of the largest face
    bool pose_checked = false;         // the detector knows eyes, nose and mouth
};

// Judges the portrait of one person, of whose JPEG the size is told. Nothing of it is kept. How the head is
// held is seen only with marks: YuNet's. Errors: those of FaceFinder::find.
[[nodiscard]] base::Result<Enrolment> check_enrolment(const cv::Mat& bgr, std::size_t jpeg_bytes,
                                                      FaceFinder& finder);
// The answer to the question `enrolment_check` (README.md).
[[nodiscard]] std::string to_json(const Enrolment& enrolment);

} // namespace gatehouse::vision::faces
