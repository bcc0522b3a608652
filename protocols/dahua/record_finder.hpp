#pragma once

// recordFinder.cgi, by which the log and the lists are read (sheet §5): rows asked for at a time.
namespace gatehouse::dahua {

inline constexpr int page_rows = 100;
inline constexpr int find_rows = 1024; // where the firmware cannot page

} // namespace gatehouse::dahua
