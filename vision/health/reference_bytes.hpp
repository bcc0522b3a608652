#pragma once
#include "gateway/base/errc.hpp"
#include "vision/health/reference.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::vision::health {

// The written form of references: the daemon keeps it and gives it back after a restart. Little-endian: "GHR"
// and a version, a count, then each reference of fixed size but for its picture.

struct ReferenceKey {
    static constexpr std::size_t recent = 255;
    std::size_t mode = 0;
    std::size_t band = recent;
};

struct ReferenceEntry {
    ReferenceKey key;
    Reference reference;
};

class ReferenceWriter {
public:
    void add(ReferenceKey key, const Reference& reference);
    [[nodiscard]] std::string bytes() &&;

private:
    std::string body_;
    std::size_t count_ = 0;
};

// total. Errors: bad_input for anything that a writer of this version would not have written.
[[nodiscard]] base::Result<std::vector<ReferenceEntry>> read_references(std::string_view bytes);

} // namespace gatehouse::vision::health
