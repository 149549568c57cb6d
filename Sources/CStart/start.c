// Ends the process in words where the Swift runtime would only abort.
//
// Before `main`, the runtime reads its own path from /proc/self/exe, and without it aborts with
// "Unable to obtain Swift runtime path". In a static executable this check comes first, since it has
// a priority and the runtime's initialisers have none. Where the runtime is a library of its own,
// the library's initialisers run before, and its words stay.
#ifdef __linux__
#include <unistd.h>

__attribute__((constructor(101))) static void requireProc(void) {
  static const char text[] =
      "The file system /proc is not mounted, and the Swift runtime can't start without it: it reads "
      "its own path from /proc/self/exe. Mount /proc, as Lambda and container engines do.\n";
  char first;
  if (readlink("/proc/self/exe", &first, 1) > 0) return;
  if (write(STDERR_FILENO, text, sizeof text - 1) < 0) _exit(2);
  _exit(1);
}
#endif
