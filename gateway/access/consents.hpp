#pragma once
#include "gateway/store/change.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gatehouse::access {

inline constexpr const char* face_purpose = "face"; // enrolment at the terminals

// What persons agree to now (domain.md P-03): of a person and purpose the newest record counts.
class Consents {
public:
    explicit Consents(const std::vector<store::Consent>& records);

    // Given, and not withdrawn, at that time.
    [[nodiscard]] bool covers(const std::string& person, const std::string& purpose, base::WallTime at) const;
    // Since when it is withdrawn; nothing: it is not, or never was given.
    [[nodiscard]] std::optional<base::WallTime>
    withdrawn(const std::string& person, const std::string& purpose, base::WallTime at) const;

private:
    std::map<std::pair<std::string, std::string>, std::vector<store::Consent>> records_; // oldest first
};

} // namespace gatehouse::access
