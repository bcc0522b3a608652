#include "vision/faces/enrolment.hpp"

#include <array>

namespace gatehouse::vision::faces {
namespace {

// In the order of Objection.
constexpr std::array<ObjectionText, 12> texts{{
    {"file_too_large", "照片文件超过 200 KB，门禁终端不接收；请压缩后再导入。",
     "The file has more than 200 KB, which terminals refuse: save it smaller."},
    {"no_face", "照片中没有找到人脸；请换一张正面照片。",
     "No face was found: take a picture from the front."},
    {"several_faces", "照片中不止一张人脸；请换一张单人照片。",
     "There is more than one face: take a picture of this person alone."},
    {"face_too_small", "人脸太小（高度不足 120 像素）；请靠近拍摄或用更高分辨率。",
     "The face is too small (less than 120 pixels high): come closer or use a finer picture."},
    {"face_cut_off", "人脸被照片边缘截断；请在头部四周留出空间。",
     "The edge of the picture cuts the face: leave room around the head."},
    {"head_turned", "头部转向一侧；请正对镜头。",
     "The head is turned to one side: look straight into the camera."},
    {"head_tilted", "头部歪斜；请把头摆正。", "The head is tilted: hold it upright."},
    {"head_raised", "抬头或低头；请平视镜头。",
     "The head is raised or lowered: keep the eyes level with the camera."},
    {"blurred", "人脸模糊；请对焦后重新拍摄，不要放大小照片。",
     "The face is blurred: focus again, and do not enlarge a small picture."},
    {"too_dark", "人脸太暗；请在明亮处拍摄。", "The face is too dark: take it in more light."},
    {"too_bright", "人脸过亮；请避开强光。", "The face is too bright: avoid hard light."},
    {"uneven_light", "人脸两侧明暗相差太大；请面向光源拍摄。",
     "One side of the face is much darker than the other: face the light."},
}};

} // namespace

const ObjectionText& text_of(Objection objection)
{
    return texts.at(static_cast<std::size_t>(objection));
}

} // namespace gatehouse::vision::faces
