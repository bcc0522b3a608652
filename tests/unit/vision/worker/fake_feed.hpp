#pragma once
#include "tests/fakes/manual_clock.hpp"
#include "vision/worker/av_picture.hpp"
#include "vision/worker/feed.hpp"

#include <deque>
#include <functional>
#include <string>
#include <vector>

namespace gatehouse::vision {

// What a fake camera does, and what was asked of it.
struct FeedScript {
    base::error_code open_error; // of the next open()
    Trouble trouble{"timed_out", "the camera does not answer in time"};
    Shape shape{.codec = "h264", .width = 0, .height = 0, .frame_rate = 25};
    std::deque<base::Result<Unit>> units; // then end_error
    base::error_code end_error = base::Errc::closed;
    std::function<void(std::size_t)> on_read; // with the number of the unit, before it is given out
    bool damaged = false;                     // no picture can be decoded
    bool late = false;                        // the picture of a followed key unit comes with the next one
    cv::Size size{1280, 720};
    int opened = 0;
    std::size_t read = 0;
    std::vector<std::size_t> looked; // sizes of the units: they serve as their names
    std::vector<std::size_t> followed;
    int rests = 0;
};

class FakeFeed final : public Feed {
public:
    explicit FakeFeed(FeedScript& script) : script_(script) {}
    base::Result<Shape> open() override
    {
        ++script_.opened;
        if (script_.open_error) return script_.open_error;
        return script_.shape;
    }
    base::Result<Unit> read() override
    {
        if (script_.on_read) script_.on_read(script_.read);
        ++script_.read;
        if (script_.units.empty()) return script_.end_error;
        auto unit = script_.units.front();
        script_.units.pop_front();
        return unit;
    }
    base::Result<PicturePtr> look(const Unit& key) override
    {
        script_.looked.push_back(key.bytes);
        return picture();
    }
    base::Result<PicturePtr> follow(const Unit& unit) override
    {
        script_.followed.push_back(unit.bytes);
        if (script_.late && unit.key) return PicturePtr();
        return picture();
    }
    void rest() override { ++script_.rests; }
    [[nodiscard]] Trouble trouble() const override { return script_.trouble; }

private:
    base::Result<PicturePtr> picture() const
    {
        if (script_.damaged) return base::Errc::damaged;
        return std::make_shared<const MatPicture>(cv::Mat(script_.size, CV_8UC3, cv::Scalar::all(90)));
    }
    FeedScript& script_;
};

inline Unit unit_at(base::MonoTime at, bool key, std::size_t bytes)
{
    return {.packet = nullptr, .bytes = bytes, .key = key, .broken = false, .at = at};
}

} // namespace gatehouse::vision
