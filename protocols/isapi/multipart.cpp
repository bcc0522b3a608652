#include "protocols/isapi/multipart.hpp"
#include "protocols/isapi/ascii.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <utility>

namespace gatehouse::isapi {

using namespace ascii;

namespace {

constexpr std::size_t npos = std::string_view::npos;
constexpr std::size_t line_max = 256; // of a boundary line; RFC 2046 allows 70
constexpr std::string_view alert_start = "<EventNotificationAlert";

// The value of `name=` in a header value, quoted or not. Parameters of RFC 2231 are not seen here.
std::string_view parameter(std::string_view value, std::string_view name)
{
    for (std::size_t at = value.find(';'); at != npos; at = value.find(';', at + 1)) {
        std::string_view item = trim(value.substr(at + 1));
        if (item.size() <= name.size() || item[name.size()] != '=' ||
            !same_word(item.substr(0, name.size()), name))
            continue;
        item.remove_prefix(name.size() + 1);
        if (!item.empty() && item.front() == '"') {
            item.remove_prefix(1);
            return item.substr(0, item.find('"'));
        }
        return trim(item.substr(0, item.find(';')));
    }
    return {};
}

bool is_picture_type(std::string_view type)
{
    return type.size() > 6 && same_word(type.substr(0, 6), "image/");
}

} // namespace

std::string_view to_string(Flaw flaw)
{
    switch (flaw) {
    case Flaw::oversize: return "oversize";
    case Flaw::truncated: return "truncated";
    case Flaw::noise: return "noise";
    case Flaw::header_too_long: return "header_too_long";
    case Flaw::too_many_parts: return "too_many_parts";
    }
    return "noise";
}

Multipart::Multipart(std::string_view content_type, MultipartLimits limits) : limits_(limits)
{
    const auto boundary = parameter(content_type, "boundary");
    if (!boundary.empty() && boundary.size() < line_max) marker_ = std::string("--").append(boundary);
}

std::uint64_t Multipart::flaws() const
{
    return std::accumulate(flaws_.begin(), flaws_.end(), std::uint64_t{0});
}

void Multipart::feed(std::string_view bytes)
{
    if (at_ == buffer_.size()) {
        buffer_.clear();
        scan_ -= std::min(scan_, at_);
        at_ = 0;
        // A picture of known length is not copied twice.
        if (state_ == State::picture_by_length && header_.length && picture_.size() < *header_.length) {
            const auto take = std::min(bytes.size(), *header_.length - picture_.size());
            picture_.append(bytes.substr(0, take));
            bytes.remove_prefix(take);
        }
    } else if (at_ > buffer_.size() / 2) {
        buffer_.erase(0, at_);
        scan_ -= std::min(scan_, at_);
        at_ = 0;
    }
    buffer_.append(bytes);
}

std::optional<Part> Multipart::next()
{
    for (;;) {
        switch (look()) {
        case Look::again: break;
        case Look::need_more: return std::nullopt;
        case Look::part: return std::exchange(out_, std::nullopt);
        }
    }
}

Multipart::Look Multipart::look()
{
    switch (state_) {
    case State::seek: return noisy_ ? seek_noisy() : seek();
    case State::header: return read_header();
    case State::xml: return read_xml();
    case State::json: return read_json();
    case State::picture_by_length: return read_picture_by_length();
    case State::picture_by_mark: return read_picture_by_mark();
    }
    return Look::need_more;
}

void Multipart::enter(State state)
{
    state_ = state;
    scan_ = at_;
    root_.clear();
    json_ = {};
}

Multipart::Look Multipart::emit(Part::Kind kind, std::string body)
{
    Part part;
    part.kind = kind;
    part.name = std::move(header_.name);
    part.file_name = std::move(header_.file_name);
    part.content_id = std::move(header_.content_id);
    part.body = std::make_shared<const std::string>(std::move(body));
    out_ = std::move(part);
    header_ = {};
    in_part_ = false;
    enter(State::seek);
    return Look::part;
}

Multipart::Look Multipart::emit_until(Part::Kind kind, std::size_t end)
{
    std::string body(window().substr(at_, end - at_));
    at_ = end;
    return emit(kind, std::move(body));
}

// Counts, forgets the part and looks for an unmistakable start from `resume` on.
Multipart::Look Multipart::lose_thread(Flaw why, std::size_t resume)
{
    flaw(why);
    at_ = std::min(std::max(resume, at_), window().size());
    header_ = {};
    in_part_ = false;
    noisy_ = true;
    enter(State::seek);
    return Look::again;
}

// At the end of the body an unfinished part is dropped; before it, the rest is awaited.
Multipart::Look Multipart::wait_or_drop(Flaw at_end)
{
    if (!finished_) return Look::need_more;
    if (!rest().empty() || !picture_.empty()) flaw(at_end);
    picture_.clear();
    at_ = window().size();
    enter(State::seek);
    return Look::need_more;
}

// Long markers are unmistakable anywhere (pictures without a line end behind them occur); short ones only at
// the beginning of a line.
std::size_t Multipart::boundary_at(std::size_t from, std::size_t until) const
{
    if (marker_.empty()) return npos;
    const auto all = window().substr(0, until);
    for (auto at = all.find(marker_, from); at != npos; at = all.find(marker_, at + 1))
        if (marker_.size() >= 8 || at == 0 || all[at - 1] == '\n') return at;
    return npos;
}

// What stands in the lines is right, whatever the header said.
void Multipart::learn_boundary(std::string_view line)
{
    line = trim(line);
    if (!marker_.empty() && line.substr(0, marker_.size()) == marker_) return;
    if (line.size() > 4 && line.substr(line.size() - 2) == "--") line.remove_suffix(2);
    if (line.size() > 2) marker_ = line;
}

// Between parts, or at the beginning of a part's body.
Multipart::Look Multipart::seek()
{
    const auto all = window();
    while (at_ < all.size() && is_blank(all[at_]))
        ++at_;
    const auto r = rest();
    if (in_part_ && header_.picture_type &&
        (header_.length == std::size_t{0} || r.substr(0, 2) == "--" || (r.empty() && finished_)))
        return emit(Part::Kind::picture, {});
    if (r.empty()) return Look::need_more;
    switch (r.front()) {
    case '<': enter(State::xml); return Look::again;
    case '{': enter(State::json); return Look::again;
    case '-':
        if (r.size() < 2 && !finished_) return Look::need_more;
        return r.substr(0, 2) == "--" ? take_boundary_line() : lose_thread(Flaw::noise, at_ + 1);
    case '\xEF': // byte order mark
        if (r.size() < 3 && !finished_) return Look::need_more;
        if (r.substr(0, 3) != "\xEF\xBB\xBF") return lose_thread(Flaw::noise, at_ + 1);
        at_ += 3;
        return Look::again;
    case '\xFF':
        if (r.size() < 2 && !finished_) return Look::need_more;
        if (r.substr(0, 2) != "\xFF\xD8") return lose_thread(Flaw::noise, at_ + 1);
        if (header_.length.value_or(0) > limits_.picture_max) return lose_thread(Flaw::oversize, at_ + 1);
        enter(header_.length ? State::picture_by_length : State::picture_by_mark);
        return Look::again;
    default: return noise_or_header();
    }
}

// A token with a colon behind it is a header; its line may not be there yet.
Multipart::Look Multipart::noise_or_header()
{
    const auto r = rest();
    std::size_t end = 0;
    while (end < r.size() && end < 64 && is_name_char(r[end]))
        ++end;
    if (in_part_ || end == 64 || !is_letter(r.front())) return lose_thread(Flaw::noise, at_);
    if (end == r.size()) return wait_or_drop(Flaw::noise);
    if (r[end] != ':') return lose_thread(Flaw::noise, at_);
    header_ = {};
    header_bytes_ = 0;
    enter(State::header);
    return Look::again;
}

Multipart::Look Multipart::take_boundary_line()
{
    const auto r = rest();
    const auto end = r.find('\n');
    if (end == npos && !finished_ && r.size() <= line_max) return Look::need_more;
    const auto line = r.substr(0, end);
    if (line.size() > line_max) return lose_thread(Flaw::noise, at_ + 2);
    learn_boundary(line);
    at_ += end == npos ? r.size() : end + 1;
    header_ = {};
    in_part_ = false;
    return Look::again;
}

// Lost: a document that announces itself, or a boundary line. Everything before it is dropped at once.
Multipart::Look Multipart::seek_noisy()
{
    const auto all = window();
    const auto starts = [&](std::size_t at, std::string_view word) {
        const auto seen = all.substr(at, word.size());
        return seen ==
               word.substr(0, seen.size()); // true also for a beginning cut off by the end of the bytes
    };
    const auto json_starts = [&](std::size_t at) {
        for (++at; at < all.size() && is_blank(all[at]); ++at) {
        }
        return at == all.size() || all[at] == '"';
    };
    while (at_ < all.size()) {
        const char c = all[at_];
        if (c == '<' && (starts(at_, "<?xml") || starts(at_, alert_start))) break;
        if (c == '{' && json_starts(at_)) break;
        if (c == '\n' &&
            starts(at_ + 1, marker_.empty() ? std::string_view("--") : std::string_view(marker_)))
            break;
        const auto next = all.find_first_of("<{\n", at_ + 1);
        at_ = next == npos ? all.size() : next;
    }
    const auto need = std::max(marker_.size() + 1, alert_start.size());
    if (rest().size() < need && !finished_) return Look::need_more;
    noisy_ = false;
    return rest().empty() ? Look::need_more : Look::again;
}

void Multipart::header_line(std::string_view line)
{
    const auto colon = line.find(':');
    const auto name = trim(line.substr(0, colon));
    const auto value = trim(line.substr(colon + 1));
    if (same_word(name, "Content-Length")) {
        std::size_t length = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
        if (error == std::errc{} && end == value.data() + value.size()) header_.length = length;
    } else if (same_word(name, "Content-Type")) {
        header_.picture_type = is_picture_type(value);
    } else if (same_word(name, "Content-ID")) {
        header_.content_id = value;
    } else if (same_word(name, "Content-Disposition")) {
        header_.name = parameter(value, "name");
        header_.file_name = parameter(value, "filename");
    }
}

Multipart::Look Multipart::read_header()
{
    const auto r = rest();
    if (r.empty()) return wait_or_drop(Flaw::truncated);
    const char c = r.front();
    // The blank line may be missing.
    const bool body = c == '<' || c == '{' || c == '\xFF' || c == '-';
    if (c == '\r' && r.size() < 2 && !finished_) return Look::need_more;
    if (body || c == '\n' || r.substr(0, 2) == "\r\n") {
        in_part_ = true;
        enter(State::seek);
        return Look::again;
    }
    const auto end = r.find('\n');
    header_bytes_ += end == npos ? 0 : end;
    if (header_bytes_ > limits_.header_max || (end == npos && r.size() > limits_.header_max))
        return lose_thread(Flaw::header_too_long, at_ + 1);
    if (end == npos) return wait_or_drop(Flaw::truncated);
    const auto line = r.substr(0, end);
    if (line.find(':') == npos) return lose_thread(Flaw::noise, at_);
    header_line(line);
    at_ += end + 1;
    return Look::again;
}

SplitPost SplitPost::of(std::string_view content_type, std::string_view body, MultipartLimits limits)
{
    Multipart scanner(content_type, limits);
    scanner.whole_ = body;
    scanner.finish();
    SplitPost post;
    while (auto part = scanner.next()) {
        if (post.parts.size() == limits.parts_max) {
            scanner.flaw(Flaw::too_many_parts);
            break;
        }
        post.parts.push_back(std::move(*part));
    }
    post.flaws = scanner.flaws_;
    return post;
}

} // namespace gatehouse::isapi
