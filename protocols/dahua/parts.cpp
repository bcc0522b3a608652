#include "protocols/dahua/parts.hpp"

#include "protocols/wire/ascii.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace gatehouse::dahua {

using namespace wire::ascii;

namespace {

constexpr std::size_t line_max = 256; // of a boundary line; RFC 2046 allows 70
constexpr std::string_view header_start = "Content-";

// The value of `name=` in a header value, quoted or not.
std::string_view parameter(std::string_view value, std::string_view name)
{
    for (auto at = value.find(';'); at != std::string_view::npos; at = value.find(';', at + 1)) {
        auto item = trim(value.substr(at + 1));
        if (item.size() <= name.size() || item[name.size()] != '=' ||
            !same_word(item.substr(0, name.size()), name))
            continue;
        item.remove_prefix(name.size() + 1);
        if (item.starts_with('"')) {
            item.remove_prefix(1);
            return item.substr(0, item.find('"'));
        }
        return trim(item.substr(0, item.find(';')));
    }
    return {};
}

// Whether the braces of a JSON text are closed again.
bool balanced(std::string_view text)
{
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted && c == '\\')
            ++i;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && (c == '{' || c == '['))
            ++depth;
        else if (!quoted && (c == '}' || c == ']'))
            --depth;
    }
    return depth == 0 && !quoted;
}

// Whether a text without announced length is whole as it stands, though no boundary follows yet.
bool is_whole(std::string_view text)
{
    if (!text.ends_with('\n')) return false;
    text = trim(text);
    if (text == "Heartbeat") return true;
    if (!text.starts_with("Code=")) return false;
    const auto data = text.find(";data=");
    if (data == std::string_view::npos) return true;
    return text.ends_with('}') && balanced(text.substr(data + 6));
}

bool is_header(std::string_view line)
{
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) return false;
    return std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(colon), is_name_char);
}

} // namespace

std::string_view to_string(Flaw flaw)
{
    switch (flaw) {
    case Flaw::oversize: return "oversize";
    case Flaw::truncated: return "truncated";
    case Flaw::noise: return "noise";
    }
    return "noise";
}

PartScanner::PartScanner(std::string_view content_type, PartLimits limits) : limits_(limits)
{
    auto boundary = parameter(content_type, "boundary");
    // Some firmware writes the dashes into the header too.
    if (boundary.starts_with("--")) boundary.remove_prefix(2);
    if (!boundary.empty() && boundary.size() < line_max) marker_ = std::string("--").append(boundary);
}

void PartScanner::feed(std::string_view bytes)
{
    if (at_ == buffer_.size() || at_ > buffer_.size() / 2) {
        buffer_.erase(0, at_);
        scan_ -= std::min(scan_, at_);
        at_ = 0;
    }
    buffer_.append(bytes);
}

std::optional<Part> PartScanner::next()
{
    for (;;) {
        switch (look()) {
        case Look::again: break;
        case Look::need_more: return std::nullopt;
        case Look::part: return std::exchange(out_, std::nullopt);
        }
    }
}

PartScanner::Look PartScanner::look()
{
    switch (state_) {
    case State::seek: return seek();
    case State::header: return read_header();
    case State::body: return read_body();
    }
    return Look::need_more;
}

// A long marker is unmistakable anywhere, since pictures without a line end behind them occur; a short one
// only at the beginning of a line.
std::size_t PartScanner::boundary_at(std::size_t from) const
{
    if (marker_.empty()) return std::string_view::npos;
    for (auto at = buffer_.find(marker_, from); at != std::string_view::npos;
         at = buffer_.find(marker_, at + 1))
        if (marker_.size() >= 8 || at == 0 || buffer_[at - 1] == '\n') return at;
    return std::string_view::npos;
}

// Counts, forgets the part and looks for the next boundary line.
PartScanner::Look PartScanner::lose(Flaw why, std::size_t resume)
{
    flaw(why);
    noisy_ = true;
    at_ = std::min(std::max(resume, at_), buffer_.size());
    scan_ = at_;
    header_ = {};
    state_ = State::seek;
    return Look::again;
}

PartScanner::Look PartScanner::seek()
{
    while (at_ < buffer_.size() && is_blank(buffer_[at_]))
        ++at_;
    const auto r = rest();
    if (r.empty() || (r == "-" && !finished_)) return Look::need_more;
    if (r.starts_with("--")) {
        const auto end = r.find('\n');
        if (end == std::string_view::npos && !finished_ && r.size() <= line_max) return Look::need_more;
        const auto line = trim(r.substr(0, end));
        const auto size = end == std::string_view::npos ? r.size() : end + 1;
        const bool ours = !marker_.empty() && line.starts_with(marker_);
        if (ours) return take_boundary(line, size);
        // What stands in the lines is right, whatever the header announced; but a part has to follow.
        if (!seen_boundary_ && line.size() > 2 && line.size() <= line_max) {
            const auto next = r.substr(size, header_start.size());
            if (next.size() < header_start.size() && !finished_) return Look::need_more;
            if (same_word(next, header_start)) {
                marker_ = line;
                return take_boundary(line, size);
            }
        }
    }
    return skip_noise();
}

PartScanner::Look PartScanner::skip_noise()
{
    if (!std::exchange(noisy_, true)) flaw(Flaw::noise);
    const auto line = buffer_.find("\n--", at_ + 1);
    const auto next =
        std::min(line == std::string_view::npos ? std::string_view::npos : line + 1, boundary_at(at_ + 1));
    if (next != std::string_view::npos) {
        at_ = next;
        return Look::again;
    }
    const auto kept = finished_ ? 0 : std::min(std::max<std::size_t>(2, marker_.size()), rest().size() - 1);
    at_ = buffer_.size() - kept;
    return Look::need_more;
}

PartScanner::Look PartScanner::take_boundary(std::string_view line, std::size_t size)
{
    const bool last = line.size() > marker_.size() && line.ends_with("--");
    at_ += size;
    scan_ = at_;
    seen_boundary_ = true;
    noisy_ = false;
    header_ = {};
    header_bytes_ = 0;
    state_ = last ? State::seek : State::header;
    return Look::again;
}

void PartScanner::header_line(std::string_view line)
{
    const auto colon = line.find(':');
    const auto name = trim(line.substr(0, colon));
    const auto value = trim(line.substr(colon + 1));
    if (same_word(name, "Content-Length")) {
        std::size_t length = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
        if (error == std::errc{} && end == value.data() + value.size()) header_.length = length;
    } else if (same_word(name, "Content-Type")) {
        header_.picture = value.size() > 6 && same_word(value.substr(0, 6), "image/");
    } else if (same_word(name, "Content-Disposition")) {
        header_.name = parameter(value, "name");
    }
}

PartScanner::Look PartScanner::read_header()
{
    const auto r = rest();
    const auto end = r.find('\n');
    const auto line = trim(r.substr(0, end));
    const bool boundary = !marker_.empty() && line.starts_with(marker_);
    if (end == std::string_view::npos && !finished_) {
        if (r.size() > limits_.header_max) return lose(Flaw::oversize, at_ + 1);
        return Look::need_more;
    }
    if (r.empty()) return Look::need_more;
    if (boundary) { // a part without anything in it
        state_ = State::seek;
        return Look::again;
    }
    if (!line.empty() && is_header(line)) {
        header_bytes_ += line.size();
        if (header_bytes_ > limits_.header_max) return lose(Flaw::oversize, at_ + 1);
        header_line(line);
        at_ += end == std::string_view::npos ? r.size() : end + 1;
        return Look::again;
    }
    // The blank line may be missing.
    if (line.empty()) at_ += end == std::string_view::npos ? r.size() : end + 1;
    scan_ = at_;
    state_ = State::body;
    if (header_.length.value_or(0) > (header_.picture ? limits_.picture_max : limits_.text_max))
        return lose(Flaw::oversize, at_);
    return Look::again;
}

PartScanner::Look PartScanner::read_body()
{
    const auto boundary = boundary_at(std::max(scan_, at_));
    if (boundary == std::string_view::npos)
        scan_ = std::max(at_, buffer_.size() - std::min(buffer_.size(), marker_.size()));
    return header_.length ? read_measured(*header_.length, boundary) : read_open(boundary);
}

PartScanner::Look PartScanner::read_measured(std::size_t length, std::size_t boundary)
{
    if (boundary != std::string_view::npos &&
        boundary < at_ + length) { // it was cut off, or the length is too large
        flaw(Flaw::truncated);
        return emit_before(boundary);
    }
    const auto r = rest();
    if (r.size() < length) {
        if (!finished_) return Look::need_more;
        return r.empty() ? lose(Flaw::truncated, buffer_.size()) : emit(r.size());
    }
    const auto after = r.substr(length);
    if (after.empty() || is_blank(after.front()) || after.front() == '-') return emit(length);
    header_.length.reset(); // too small: characters were counted, or something else
    scan_ = at_;
    return Look::again;
}

PartScanner::Look PartScanner::read_open(std::size_t boundary)
{
    const auto r = rest();
    const auto limit = header_.picture ? limits_.picture_max : limits_.text_max;
    if (boundary != std::string_view::npos) {
        if (boundary - at_ > limit) return lose(Flaw::oversize, boundary);
        return emit_before(boundary);
    }
    if (r.size() > limit) return lose(Flaw::oversize, buffer_.size() - marker_.size());
    if (!header_.picture && (finished_ ? !trim(r).empty() : is_whole(r))) return emit(r.size());
    if (!finished_) return Look::need_more;
    if (header_.picture && r.ends_with("\xFF\xD9")) return emit(r.size());
    return trim(r).empty() ? Look::need_more : lose(Flaw::truncated, buffer_.size());
}

PartScanner::Look PartScanner::emit_before(std::size_t boundary)
{
    auto size = boundary - at_;
    if (size > 0 && buffer_[at_ + size - 1] == '\n') --size;
    if (size > 0 && buffer_[at_ + size - 1] == '\r') --size;
    return emit(size);
}

PartScanner::Look PartScanner::emit(std::size_t size)
{
    Part part;
    part.kind = header_.picture ? Part::Kind::picture : Part::Kind::text;
    part.name = std::move(header_.name);
    part.body = std::make_shared<const std::string>(rest().substr(0, size));
    at_ += size;
    scan_ = at_;
    header_ = {};
    state_ = State::seek;
    out_ = std::move(part);
    return Look::part;
}

} // namespace gatehouse::dahua
