/* Stands before the C library (LD_PRELOAD): counts the calls of a program that concern the files of one folder, one count for the whole process, and
   gives one of them an error, or ends the process before it.

   CHAOS_FOLDER  what the paths begin with
   CHAOS_LOG     gets a line for each call: its name, its number among those of its name, its path, and '!' where something was done
   CHAOS_AT      NAME:NUMBER, the call that something is done to; none for a run that is only watched
   CHAOS_ERROR   the number of the error; 0 ends the process (SIGKILL) */

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/statfs.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *folder, *target;
static size_t folder_length, target_length;
static long target_number;
static int target_error, log_file = -1;

__attribute__((constructor)) static void start(void)
{
    const char *log = getenv("CHAOS_LOG"), *at = getenv("CHAOS_AT"), *error = getenv("CHAOS_ERROR");
    folder = getenv("CHAOS_FOLDER");
    if (!folder || !log)
        return;
    folder_length = strlen(folder);
    if (at && strchr(at, ':')) {
        target = at;
        target_length = (size_t)(strchr(at, ':') - at);
        target_number = atol(at + target_length + 1);
        target_error = error ? atoi(error) : 0;
    }
    log_file = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* The error that a call gets; 0 for none. */
static int before(const char *name, atomic_long *count, const char *path)
{
    char line[4352];
    if (log_file < 0 || !path || strncmp(path, folder, folder_length) != 0)
        return 0;
    long number = atomic_fetch_add(count, 1) + 1;
    int is_target = target && number == target_number && strlen(name) == target_length && strncmp(name, target, target_length) == 0;
    int length = snprintf(line, sizeof line, "%s %ld %.4096s%s\n", name, number, path, is_target ? " !" : "");
    syscall(SYS_write, log_file, line, (size_t)length);
    if (is_target && target_error == 0)
        syscall(SYS_kill, getpid(), SIGKILL);
    return is_target ? target_error : 0;
}

static int before_file(const char *name, atomic_long *count, int file)
{
    char link[32], path[4097];
    if (log_file < 0 || file < 0)
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    long length = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
    if (length <= 0)
        return 0;
    path[length] = 0;
    return before(name, count, path);
}

static void *real_dlsym(void *library, const char *name)
{
    static void *(*real)(void *, const char *);
    static const char *const versions[] = { "GLIBC_2.34", "GLIBC_2.17", "GLIBC_2.2.5" };
    for (size_t i = 0; !real && i < sizeof versions / sizeof *versions; i++)
        real = (void *(*)(void *, const char *))dlvsym(RTLD_NEXT, "dlsym", versions[i]);
    return real(library, name);
}

static void *next(const char *name)
{
    return real_dlsym(RTLD_NEXT, name);
}

/* Calls of the C library that a program looks up by their names are these all the same. */
void *dlsym(void *library, const char *name)
{
    Dl_info own, first;
    void *address = real_dlsym(RTLD_DEFAULT, name);
    if (address && dladdr((void *)dlsym, &own) && dladdr(address, &first) && own.dli_fbase == first.dli_fbase)
        return address;
    return real_dlsym(library, name);
}

/* A call NAME, which SHOWN is the system's name of. CHECK is what is asked before it, FAILED what it gives with an error. */
#define CALL(result, name, shown, parameters, arguments, check, failed) \
    result name parameters                                              \
    {                                                                   \
        static result (*real) parameters;                               \
        if (!real)                                                      \
            real = (result(*) parameters)next(#name);                   \
        atomic_long *count = &count_##shown;                            \
        const char *call = #shown;                                      \
        int error = check;                                              \
        if (error) {                                                    \
            errno = error;                                              \
            return failed;                                              \
        }                                                               \
        return real arguments;                                          \
    }

#define OF_PATH(path) before(call, count, path)
#define OF_FILE(file) before_file(call, count, file)

static atomic_long count_open, count_read, count_write, count_lseek, count_stat, count_access, count_getdents, count_flock, count_fadvise,
    count_readlink, count_truncate, count_fallocate, count_fsync, count_rename, count_link, count_symlink, count_unlink, count_mkdir, count_rmdir,
    count_chmod, count_utimens, count_mmap, count_close, count_copy, count_statfs;

/* A mode comes only with flags that make a file. */
#define OPEN(name, parameters, arguments)                                         \
    int name parameters                                                           \
    {                                                                             \
        static int (*real) parameters;                                            \
        if (!real)                                                                \
            real = (int (*) parameters)next(#name);                               \
        va_list rest;                                                             \
        va_start(rest, flags);                                                    \
        mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
        va_end(rest);                                                             \
        int error = before("open", &count_open, path);                            \
        if (error) {                                                              \
            errno = error;                                                        \
            return -1;                                                            \
        }                                                                         \
        return real arguments;                                                    \
    }

OPEN(open, (const char *path, int flags, ...), (path, flags, mode))
OPEN(open64, (const char *path, int flags, ...), (path, flags, mode))
OPEN(openat, (int folder_file, const char *path, int flags, ...), (folder_file, path, flags, mode))
OPEN(openat64, (int folder_file, const char *path, int flags, ...), (folder_file, path, flags, mode))
CALL(DIR *, opendir, open, (const char *path), (path), OF_PATH(path), NULL)
CALL(struct dirent64 *, readdir64, getdents, (DIR *stream), (stream), OF_FILE(dirfd(stream)), NULL)
CALL(ssize_t, read, read, (int file, void *to, size_t size), (file, to, size), OF_FILE(file), -1)
CALL(ssize_t, pread, read, (int file, void *to, size_t size, off_t at), (file, to, size, at), OF_FILE(file), -1)
CALL(ssize_t, pread64, read, (int file, void *to, size_t size, off64_t at), (file, to, size, at), OF_FILE(file), -1)
CALL(ssize_t, preadv64, read, (int file, const struct iovec *to, int count_of, off64_t at), (file, to, count_of, at), OF_FILE(file), -1)
CALL(ssize_t, write, write, (int file, const void *from, size_t size), (file, from, size), OF_FILE(file), -1)
CALL(ssize_t, pwrite, write, (int file, const void *from, size_t size, off_t at), (file, from, size, at), OF_FILE(file), -1)
CALL(ssize_t, pwrite64, write, (int file, const void *from, size_t size, off64_t at), (file, from, size, at), OF_FILE(file), -1)
CALL(ssize_t, pwritev64, write, (int file, const struct iovec *from, int count_of, off64_t at), (file, from, count_of, at), OF_FILE(file), -1)
CALL(ssize_t, sendfile64, copy, (int to, int from, off64_t *at, size_t size), (to, from, at, size), OF_FILE(to), -1)
CALL(off_t, lseek, lseek, (int file, off_t at, int whence), (file, at, whence), OF_FILE(file), -1)
CALL(off64_t, lseek64, lseek, (int file, off64_t at, int whence), (file, at, whence), OF_FILE(file), -1)
CALL(int, stat, stat, (const char *path, struct stat *to), (path, to), OF_PATH(path), -1)
CALL(int, lstat, stat, (const char *path, struct stat *to), (path, to), OF_PATH(path), -1)
CALL(int, fstat, stat, (int file, struct stat *to), (file, to), OF_FILE(file), -1)
CALL(int, stat64, stat, (const char *path, struct stat64 *to), (path, to), OF_PATH(path), -1)
CALL(int, lstat64, stat, (const char *path, struct stat64 *to), (path, to), OF_PATH(path), -1)
CALL(int, fstat64, stat, (int file, struct stat64 *to), (file, to), OF_FILE(file), -1)
CALL(int, __xstat64, stat, (int version, const char *path, struct stat64 *to), (version, path, to), OF_PATH(path), -1)
CALL(int, __lxstat64, stat, (int version, const char *path, struct stat64 *to), (version, path, to), OF_PATH(path), -1)
CALL(int, __fxstat64, stat, (int version, int file, struct stat64 *to), (version, file, to), OF_FILE(file), -1)
CALL(int, access, access, (const char *path, int mode), (path, mode), OF_PATH(path), -1)
CALL(int, flock, flock, (int file, int operation), (file, operation), OF_FILE(file), -1)
CALL(int, posix_fadvise64, fadvise, (int file, off64_t at, off64_t size, int advice), (file, at, size, advice), OF_FILE(file), error)
CALL(int, fstatfs64, statfs, (int file, struct statfs64 *to), (file, to), OF_FILE(file), -1)
CALL(int, close, close, (int file), (file), OF_FILE(file), (real(file), errno = error, -1))
CALL(ssize_t, readlink, readlink, (const char *path, char *to, size_t size), (path, to, size), OF_PATH(path), -1)
CALL(char *, realpath, readlink, (const char *path, char *to), (path, to), OF_PATH(path), NULL)
CALL(int, ftruncate, truncate, (int file, off_t size), (file, size), OF_FILE(file), -1)
CALL(int, ftruncate64, truncate, (int file, off64_t size), (file, size), OF_FILE(file), -1)
CALL(int, fallocate64, fallocate, (int file, int mode, off64_t at, off64_t size), (file, mode, at, size), OF_FILE(file), -1)
CALL(int, posix_fallocate64, fallocate, (int file, off64_t at, off64_t size), (file, at, size), OF_FILE(file), error)
CALL(int, fsync, fsync, (int file), (file), OF_FILE(file), -1)
CALL(int, fdatasync, fsync, (int file), (file), OF_FILE(file), -1)
CALL(int, rename, rename, (const char *from, const char *to), (from, to), OF_PATH(to), -1)
CALL(int, link, link, (const char *from, const char *to), (from, to), OF_PATH(to), -1)
CALL(int, symlink, symlink, (const char *from, const char *to), (from, to), OF_PATH(to), -1)
CALL(int, unlink, unlink, (const char *path), (path), OF_PATH(path), -1)
CALL(int, mkdir, mkdir, (const char *path, mode_t mode), (path, mode), OF_PATH(path), -1)
CALL(char *, mkdtemp, mkdir, (char *path), (path), OF_PATH(path), NULL)
CALL(int, rmdir, rmdir, (const char *path), (path), OF_PATH(path), -1)
CALL(int, chmod, chmod, (const char *path, mode_t mode), (path, mode), OF_PATH(path), -1)
CALL(int, fchmod, chmod, (int file, mode_t mode), (file, mode), OF_FILE(file), -1)
CALL(int, utimensat, utimens, (int at, const char *path, const struct timespec times[2], int flags), (at, path, times, flags), OF_PATH(path), -1)
CALL(int, futimens, utimens, (int file, const struct timespec times[2]), (file, times), OF_FILE(file), -1)
CALL(void *, mmap, mmap, (void *to, size_t size, int protection, int flags, int file, off_t at),
    (to, size, protection, flags, file, at), OF_FILE(file), MAP_FAILED)
CALL(void *, mmap64, mmap, (void *to, size_t size, int protection, int flags, int file, off64_t at),
    (to, size, protection, flags, file, at), OF_FILE(file), MAP_FAILED)
