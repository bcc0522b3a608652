#include "vision/health/reference_bytes.hpp"

#include "vision/health/memory.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace gatehouse::vision::health {

namespace {

static_assert(std::endian::native == std::endian::little, "references are written as they lie in memory");

constexpr std::string_view magic{"GHR\x01", 4};
const std::size_t rows_count = static_cast<std::size_t>(2 * sight_height);
const std::size_t columns_count = static_cast<std::size_t>(view_size.width);
constexpr std::size_t entries_max = Memory::modes * (Memory::bands + 1);
constexpr float measure_max = 4096; // no grey level, gradient or amplitude reaches it

template <class T>
void put(std::string& to, T value)
{
    static_assert(std::is_trivially_copyable_v<T>);
    to.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void put(std::string& to, const std::vector<float>& values)
{
    for (const float value : values)
        put(to, value);
}

// Takes from the front; once something is missing or wrong, everything after it is too.
class Reader {
public:
    explicit Reader(std::string_view bytes) : rest_(bytes) {}

    [[nodiscard]] bool good() const { return good_; }
    [[nodiscard]] bool finished() const { return good_ && rest_.empty(); }

    std::string_view take(std::size_t size)
    {
        if (size > rest_.size()) good_ = false;
        if (!good_) return {};
        const auto taken = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return taken;
    }

    template <class T>
    T number(T min, T max)
    {
        T value{};
        const auto bytes = take(sizeof value);
        if (good_) std::memcpy(&value, bytes.data(), sizeof value);
        if (!(value >= min && value <= max)) good_ = false; // no number at all is refused as well
        return good_ ? value : min;
    }

    float measure(float min = 0) { return number<float>(min, measure_max); }

    std::vector<float> measures(std::size_t count)
    {
        std::vector<float> values;
        while (good_ && values.size() < count)
            values.push_back(measure());
        return values;
    }

private:
    std::string_view rest_;
    bool good_ = true;
};

Reference read_reference(Reader& reader)
{
    Reference reference;
    reference.views = static_cast<int>(reader.number<std::uint32_t>(1, Reference::views_max));
    reference.detail = reader.number<std::uint16_t>(1, view_size.width);
    reference.taken_at =
        base::WallTime(std::chrono::milliseconds(reader.number<std::int64_t>(0, std::int64_t{1} << 50)));
    reference.tint.x = reader.measure(-measure_max);
    reference.tint.y = reader.measure(-measure_max);
    reference.rows = reader.measures(rows_count);
    reference.columns = reader.measures(columns_count);
    const auto fine = reader.measures(static_cast<std::size_t>(cell_grid.area()));
    const auto small = reader.take(static_cast<std::size_t>(small_size.area()));
    reference.picture = reader.take(reader.number<std::uint32_t>(0, Memory::picture_bytes_max));
    if (!reader.good()) return {};
    reference.fine = cv::Mat1f(cell_grid);
    std::copy(fine.begin(), fine.end(), reference.fine.begin());
    reference.small = cv::Mat1b(small_size);
    std::memcpy(reference.small.data, small.data(), small.size());
    return reference;
}

} // namespace

void ReferenceWriter::add(ReferenceKey key, const Reference& reference)
{
    ++count_;
    put(body_, static_cast<std::uint8_t>(key.mode));
    put(body_, static_cast<std::uint8_t>(key.band));
    put(body_, static_cast<std::uint32_t>(reference.views));
    put(body_, static_cast<std::uint16_t>(reference.detail));
    put(body_, static_cast<std::int64_t>(reference.taken_at.time_since_epoch().count()));
    put(body_, reference.tint.x);
    put(body_, reference.tint.y);
    put(body_, reference.rows);
    put(body_, reference.columns);
    put(body_, std::vector<float>(reference.fine.begin(), reference.fine.end()));
    cv::Mat small;
    reference.small.convertTo(small, CV_8U);
    body_.append(reinterpret_cast<const char*>(small.data), small.total());
    put(body_, static_cast<std::uint32_t>(reference.picture.size()));
    body_ += reference.picture;
}

std::string ReferenceWriter::bytes() &&
{
    std::string head(magic);
    put(head, static_cast<std::uint8_t>(count_));
    return head + body_;
}

base::Result<std::vector<ReferenceEntry>> read_references(std::string_view bytes)
{
    Reader reader(bytes);
    if (reader.take(magic.size()) != magic) return make_error_code(base::Errc::bad_input);
    const auto count = reader.number<std::uint8_t>(0, entries_max);
    std::vector<ReferenceEntry> entries;
    while (reader.good() && entries.size() < count) {
        ReferenceKey key;
        key.mode = reader.number<std::uint8_t>(0, Memory::modes - 1);
        key.band = reader.number<std::uint8_t>(0, ReferenceKey::recent);
        if (key.band >= Memory::bands && key.band != ReferenceKey::recent)
            return make_error_code(base::Errc::bad_input);
        entries.push_back({key, read_reference(reader)});
    }
    if (!reader.finished()) return make_error_code(base::Errc::bad_input);
    return entries;
}

} // namespace gatehouse::vision::health
