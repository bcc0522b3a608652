#pragma once
#include "gateway/base/errc.hpp"

namespace gatehouse::vision::jpeg {

// Why a picture is not read or written; message() is a sentence for a journal or an answer.
enum class Flaw {
    not_jpeg = 1,
    too_many_bytes,
    too_many_pixels,
    too_many_scans,
    too_much_memory,
    colours,
    broken,
    no_picture,
};

[[nodiscard]] base::error_code make_error_code(Flaw flaw) noexcept;

} // namespace gatehouse::vision::jpeg

template <>
struct boost::system::is_error_code_enum<gatehouse::vision::jpeg::Flaw> : std::true_type {
};
