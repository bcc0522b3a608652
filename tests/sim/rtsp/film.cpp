#include "tests/sim/rtsp/film.hpp"

#include <fmt/format.h>

namespace gatehouse::sim::rtsp {

namespace {

std::string name_of(const Format& format)
{
    return fmt::format("{} {}x{} {}/{} {} {}", static_cast<int>(format.codec), format.width, format.height,
                       format.rate, format.gop, format.kbits, format.qp_min);
}

} // namespace

Film::Film(Studio& studio, std::uint64_t yard, std::string title, std::size_t loop)
    : studio_(studio), yard_number_(yard), title_(std::move(title)), loop_(loop)
{
}

asio::awaitable<std::vector<std::string>> Film::headers(Format format)
{
    return studio_.run(find_headers(format));
}

asio::awaitable<Unit> Film::next(Format format, Shot shot)
{
    return studio_.run(develop(format, std::move(shot)));
}

asio::awaitable<std::string> Film::photograph(Format format, Shot shot, int quality)
{
    return studio_.run(draw_jpeg(format, std::move(shot), quality));
}

Yard& Film::yard(const Format& format)
{
    if (!yard_) yard_ = std::make_unique<Yard>(format.width, format.height, yard_number_, title_);
    return *yard_;
}

asio::awaitable<std::vector<std::string>> Film::find_headers(Format format)
{
    auto& known = studio_.headers();
    const auto name = name_of(format);
    if (!known.contains(name) && format.codec != Codec::svac) known[name] = Encoder(format).headers();
    co_return known[name];
}

asio::awaitable<std::string> Film::draw_jpeg(Format format, Shot shot, int quality)
{
    co_return yard(format).draw(shot).jpeg(quality);
}

asio::awaitable<Unit> Film::develop(Format format, Shot shot)
{
    if (format.codec == Codec::svac) {
        AccessUnit unit;
        unit.key = true;
        unit.parts.push_back(std::string(4000, '\x55'));
        co_return std::make_shared<const AccessUnit>(std::move(unit));
    }
    if (loop_ > 0 && shot.plate.empty()) co_return out_of_clip(format, shot);
    clip_shows_.clear();
    if (!encoder_ || encoder_->codec() != format.codec) encoder_ = std::make_unique<Encoder>(format);
    co_return encoder_->encode(yard(format).draw(shot));
}

Unit Film::out_of_clip(const Format& format, const Shot& shot)
{
    const auto shows = fmt::format("{} {} {} {} {}", name_of(format), yard_number_, shot.night,
                                   static_cast<int>(shot.fault.sight), shot.fault.share);
    if (clip_shows_ != shows) {
        auto& known = studio_.clips()[shows];
        if (!known) known = make_clip(format, shot);
        clip_ = known;
        clip_shows_ = shows;
        clip_at_ = 0;
        encoder_.reset();
    }
    return clip_->at(clip_at_++ % clip_->size());
}

Studio::Clip Film::make_clip(const Format& format, Shot shot)
{
    Encoder encoder(format);
    const bool frozen = shot.fault.sight == Sight::frozen;
    const auto frames = frozen ? static_cast<std::size_t>(format.gop) : loop_;
    shot.clock = false; // it would jump back
    auto clip = std::make_shared<std::vector<Unit>>();
    while (clip->size() < frames) {
        clip->push_back(encoder.encode(yard(format).draw(shot)));
        if (frozen) continue;
        shot.at += std::chrono::milliseconds(1000 / format.rate);
        ++shot.frame;
    }
    return clip;
}

} // namespace gatehouse::sim::rtsp
