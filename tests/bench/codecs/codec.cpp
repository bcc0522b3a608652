#include "tests/bench/codecs/codec.hpp"

#include <boost/json/parse.hpp>
#include <pugixml.hpp>

#include <algorithm>
#include <charconv>
#include <memory>
#include <numeric>

namespace gatehouse::bench {
namespace {

using Messages = std::shared_ptr<const std::vector<std::string>>;

std::size_t size_of(const std::vector<std::string>& messages)
{
    return std::accumulate(messages.begin(), messages.end(), std::size_t{0},
                           [](std::size_t sum, const auto& message) { return sum + message.size(); });
}

// What no reader can do without: to have the bytes for itself.
std::size_t copied(const std::vector<std::string>& messages)
{
    std::size_t sum = 0;
    for (const auto& message : messages) {
        const std::string copy(message);
        sum += static_cast<unsigned char>(copy.back());
    }
    return sum;
}

void against_bytes(Codec& codec, Messages messages)
{
    codec.limit = "a copy";
    codec.bare = [messages] { return copied(*messages); };
}

} // namespace

Codec one_by_one(std::string name, std::vector<std::string> messages, ReadOne read)
{
    const auto kept = std::make_shared<const std::vector<std::string>>(std::move(messages));
    Codec codec;
    codec.name = std::move(name);
    codec.frames = kept->size();
    codec.bytes = size_of(*kept);
    codec.read = [kept, read = std::move(read)] {
        return static_cast<std::size_t>(std::count_if(kept->begin(), kept->end(), read));
    };
    against_bytes(codec, kept);
    return codec;
}

Codec streamed(std::string name, const std::vector<std::string>& messages,
               std::function<std::size_t(std::string_view)> read)
{
    std::string whole;
    for (const auto& message : messages)
        whole += message;
    const auto kept = std::make_shared<const std::vector<std::string>>(1, std::move(whole));
    Codec codec;
    codec.name = std::move(name);
    codec.frames = messages.size();
    codec.bytes = kept->front().size();
    codec.read = [kept, read = std::move(read)] { return read(kept->front()); };
    against_bytes(codec, kept);
    return codec;
}

void against_json(Codec& codec, std::vector<std::string> documents)
{
    codec.limit = "Boost.JSON alone";
    codec.bare = [documents = std::move(documents)] {
        std::size_t good = 0;
        boost::system::error_code failure;
        for (const auto& document : documents)
            good += boost::json::parse(document, failure).is_null() ? 0U : 1U;
        return good;
    };
}

void against_xml(Codec& codec, std::vector<std::string> documents)
{
    codec.limit = "pugixml alone";
    codec.bare = [documents = std::move(documents)] {
        std::size_t good = 0;
        for (const auto& document : documents) {
            pugi::xml_document tree;
            good += tree.load_buffer(document.data(), document.size()) ? 1U : 0U;
        }
        return good;
    };
}

std::string bytes_of(std::string_view hex)
{
    std::string bytes;
    for (std::size_t at = 0; at + 1 < hex.size(); at += hex[at] == ' ' ? 1 : 2) {
        unsigned value = 0;
        if (hex[at] == ' ') continue;
        std::from_chars(hex.data() + at, hex.data() + at + 2, value, 16);
        bytes.push_back(static_cast<char>(value));
    }
    return bytes;
}

std::span<const std::uint8_t> octets(std::string_view bytes)
{
    return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

std::string jpeg(std::size_t size)
{
    std::string picture("\xff\xd8\xff\xe0", 4);
    for (std::uint32_t noise = 1; picture.size() + 2 < size;) { // no two bytes in a row as a text has them
        noise = noise * 1'664'525U + 1'013'904'223U;
        picture.push_back(static_cast<char>(noise >> 24U));
    }
    return picture + "\xff\xd9";
}

std::string base64_jpeg(std::size_t size)
{
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const auto bytes = jpeg(size - size % 3);
    std::string text;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const auto byte = [&](std::size_t n) {
            return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + n]));
        };
        const auto three = byte(0) << 16U | byte(1) << 8U | byte(2);
        for (const unsigned shift : {18U, 12U, 6U, 0U})
            text.push_back(digits[three >> shift & 63U]);
    }
    return text;
}

} // namespace gatehouse::bench
