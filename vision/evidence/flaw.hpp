#pragma once
#include "gateway/base/errc.hpp"

namespace gatehouse::vision::evidence {

// Why an order is refused; message() is a sentence for the answer.
enum class Flaw {
    no_json = 1,
    unknown_member,
    purpose,
    recipient,
    region,
    text,
    budget,
    width,
    no_picture,
    faces_not_looked_for,
    plates_not_looked_for,
    budget_not_met,
    failed,
};

[[nodiscard]] base::error_code make_error_code(Flaw flaw) noexcept;

} // namespace gatehouse::vision::evidence

template <>
struct boost::system::is_error_code_enum<gatehouse::vision::evidence::Flaw> : std::true_type {
};
