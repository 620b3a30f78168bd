/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The calls of Linux that mean something to a filter, as filter_rows[]: included by filter_amd64.c and filter_i386.c, each with its
 * numbers of calls (__NR_…) and FILTER_BITS. The program goes through the rows from the start, so what is frequent stands there;
 * rows of one call are tried one after the other until one says what becomes of it.
 */
#pragma once

#include <asm/ioctls.h>
#include <asm/prctl.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/net.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <signal.h>

#include "server/filter.h"

#define ROW(Name, Verdict) {#Name, __NR_##Name, Verdict, ALWAYS, 0, 0}
#define ROW_IF(Name, Verdict, Test, Argument, Value) {#Name, __NR_##Name, Verdict, Test, Argument, Value}
#define THREAD_FLAGS (CLONE_VM | CLONE_THREAD | CLONE_SIGHAND | CLONE_FILES | CLONE_FS)

static const struct filter_row filter_rows[] = {
    ROW(futex, FREE), ROW(sched_yield, FREE), ROW(rt_sigreturn, FREE), ROW(getpid, FREE), ROW(gettid, FREE),
    ROW(clock_gettime, FREE), ROW(membarrier, FREE), ROW(clock_nanosleep, FREE), ROW(restart_syscall, FREE),
#if FILTER_BITS == 32
    ROW(futex_time64, FREE), ROW(clock_gettime64, FREE), ROW(clock_nanosleep_time64, FREE), ROW(sigreturn, FREE),
    ROW(set_thread_area, OURS),
    /* The C library's way to sockets. SENDTO is not among them: its address cannot be seen. */
    ROW_IF(socketcall, OURS, IS, 0, SYS_SENDMSG), ROW_IF(socketcall, OURS, IS, 0, SYS_RECVMSG),
    ROW_IF(socketcall, OURS, IS, 0, SYS_SEND),
    ROW_IF(socketcall, OURS, IS, 0, SYS_RECV), ROW_IF(socketcall, OURS, IS, 0, SYS_RECVFROM),
    ROW_IF(socketcall, OURS, IS, 0, SYS_SHUTDOWN),
    ROW_IF(socketcall, OURS, IS, 0, SYS_GETSOCKOPT), ROW_IF(socketcall, OURS, IS, 0, SYS_SETSOCKOPT),
    ROW_IF(socketcall, OURS, IS, 0, SYS_GETSOCKNAME), ROW(socketcall, ASKED),
#else
    ROW_IF(arch_prctl, OURS, IS, 0, ARCH_SET_GS), ROW_IF(arch_prctl, OURS, IS, 0, ARCH_GET_GS),
#endif
    /* Memory of another process; this one's is asked for to see whether it is there. */
    ROW_IF(process_vm_readv, OURS, IS_SELF, 0, 0), ROW_IF(process_vm_writev, OURS, IS_SELF, 0, 0),
    ROW(process_vm_readv, CLIENTS), ROW(process_vm_writev, CLIENTS),
    ROW(sendmsg, OURS), ROW(recvmsg, OURS), ROW_IF(sendto, OURS, IS_NULL, 4, 0), ROW(recvfrom, OURS),
    ROW(read, OURS), ROW(write, OURS), ROW(pread64, OURS), ROW(pwrite64, OURS), ROW(readv, OURS), ROW(writev, OURS),
    ROW(close, OURS), ROW(lseek, OURS), ROW(fstat, OURS), ROW(fsync, OURS), ROW(fdatasync, OURS),
    ROW(ftruncate, OURS),
    ROW(fallocate, OURS), ROW(getdents64, OURS), ROW(memfd_create, OURS), ROW(shutdown, OURS), ROW(fstatfs, OURS),
    ROW(dup, OURS),
    ROW(munmap, OURS), ROW(mprotect, OURS), ROW(madvise, OURS), ROW(mremap, OURS), ROW(msync, OURS), ROW(brk, OURS),
    ROW(mincore, OURS), ROW(poll, OURS), ROW(ppoll, OURS), ROW(epoll_create1, OURS), ROW(epoll_ctl, OURS),
    ROW(epoll_wait, OURS),
    ROW(epoll_pwait, OURS), ROW(eventfd2, OURS), ROW(pidfd_open, OURS), ROW(getsockopt, OURS), ROW(setsockopt, OURS),
    ROW(getsockname, OURS),
    ROW(rt_sigprocmask, OURS), ROW(sigaltstack, OURS), /* What tells of a driver's calls is nobody's to change. */
    ROW_IF(rt_sigaction, MISSING, IS, 0, SIGSYS), ROW(rt_sigaction, OURS),
    /* A process that is stopped tells nothing, and does not end. */
    ROW_IF(tgkill, MISSING, IS, 2, SIGSTOP), ROW_IF(tgkill, MISSING, IS, 2, SIGTSTP), ROW_IF(tgkill, MISSING, IS, 2, SIGTTIN),
    ROW_IF(tgkill, MISSING, IS, 2, SIGTTOU),
    ROW_IF(tgkill, OURS, IS_SELF, 0, 0), ROW_IF(clone, OURS, HAS_BITS, 0, THREAD_FLAGS), ROW(clone3, MISSING),
    ROW(set_robust_list, OURS), ROW(set_tid_address, OURS), ROW(rseq, OURS), ROW(exit, OURS), ROW(exit_group, OURS),
    ROW(nanosleep, OURS), ROW(sched_getaffinity, OURS), ROW(sched_getparam, OURS), ROW(sched_getscheduler, OURS),
    ROW(getrandom, OURS), ROW(getcpu, OURS), ROW(gettimeofday, OURS), ROW(time, OURS), ROW(clock_getres, OURS),
    ROW(getuid, OURS), ROW(geteuid, OURS), ROW(getgid, OURS), ROW(getegid, OURS), ROW(getppid, OURS),
    ROW(uname, OURS),
    ROW(sysinfo, OURS), ROW(getrusage, OURS), ROW(times, OURS), ROW_IF(prlimit64, OURS, IS_NULL, 2, 0),
    ROW_IF(prctl, OURS, IS, 0, PR_SET_NAME), ROW_IF(prctl, OURS, IS, 0, PR_GET_NAME),
    ROW_IF(prctl, OURS, IS, 0, PR_SET_VMA),
    ROW_IF(fcntl, OURS, IS, 1, F_GETFD), ROW_IF(fcntl, OURS, IS, 1, F_SETFD), ROW_IF(fcntl, OURS, IS, 1, F_GETFL),
    ROW_IF(fcntl, OURS, IS, 1, F_SETFL), ROW_IF(fcntl, OURS, IS, 1, F_GET_SEALS),
    ROW_IF(fcntl, OURS, IS, 1, F_DUPFD_CLOEXEC),
    ROW_IF(ioctl, OURS, IS, 1, TCGETS), ROW_IF(ioctl, OURS, IS, 1, (uint32_t)BLKGETSIZE64),
    ROW_IF(ioctl, OURS, IS, 1, BLKSSZGET),
    /* Names and attributes of the host's files are no secret, their contents are. */
    ROW(statx, OURS), ROW(access, OURS), ROW(faccessat, OURS), ROW(faccessat2, OURS), ROW(readlink, OURS),
    ROW(readlinkat, OURS),
    ROW(stat, OURS), ROW(lstat, OURS), ROW(getxattr, OURS), ROW(lgetxattr, OURS), ROW(fgetxattr, OURS),
    ROW(statfs, OURS),
    ROW(getcwd, OURS),
#if FILTER_BITS == 32
    ROW(mmap2, OURS), ROW(_llseek, OURS), ROW(fstat64, OURS), ROW(stat64, OURS), ROW(lstat64, OURS),
    ROW(fstatat64, OURS),
    ROW(fstatfs64, OURS), ROW(statfs64, OURS), ROW(ftruncate64, OURS), ROW(ppoll_time64, OURS),
    ROW(getuid32, OURS), ROW(geteuid32, OURS), ROW(getgid32, OURS), ROW(getegid32, OURS), ROW(ugetrlimit, OURS),
    ROW(clock_getres_time64, OURS), ROW_IF(fcntl64, OURS, IS, 1, F_GETFD), ROW_IF(fcntl64, OURS, IS, 1, F_SETFD),
    ROW_IF(fcntl64, OURS, IS, 1, F_GETFL), ROW_IF(fcntl64, OURS, IS, 1, F_SETFL),
    ROW_IF(fcntl64, OURS, IS, 1, F_GET_SEALS),
    ROW_IF(fcntl64, OURS, IS, 1, F_DUPFD_CLOEXEC), ROW(utimensat_time64, ASKED),
    ROW(fcntl64, REFUSED), ROW(ipc, REFUSED), ROW(mmap, REFUSED),
#else
    ROW(mmap, OURS), ROW(newfstatat, OURS), ROW(getrlimit, OURS),
#endif
    /* The supervisor does these, as far as they are about the machine's own. */
    ROW(openat, ASKED), ROW(mkdirat, ASKED), ROW(unlinkat, ASKED), ROW(renameat, ASKED), ROW(renameat2, ASKED),
    ROW(utimensat, ASKED), ROW(chmod, ASKED), ROW(setxattr, ASKED), ROW(perf_event_open, ASKED), ROW(socket, ASKED),
    ROW(openat2, MISSING),
    ROW(open, REFUSED), ROW(creat, REFUSED), ROW(mkdir, REFUSED), ROW(rmdir, REFUSED), ROW(unlink, REFUSED),
    ROW(rename, REFUSED),
    ROW(link, REFUSED), ROW(linkat, REFUSED), ROW(symlink, REFUSED), ROW(symlinkat, REFUSED), ROW(mknod, REFUSED),
    ROW(mknodat, REFUSED), ROW(truncate, REFUSED), ROW(fchmod, REFUSED), ROW(fchmodat, REFUSED), ROW(chown, REFUSED),
    ROW(fchown, REFUSED), ROW(lchown, REFUSED), ROW(fchownat, REFUSED), ROW(chdir, REFUSED), ROW(fchdir, REFUSED),
    ROW(chroot, REFUSED), ROW(pivot_root, REFUSED), ROW(mount, REFUSED), ROW(umount2, REFUSED),
    ROW(open_by_handle_at, REFUSED),
    ROW(sendto, REFUSED), ROW(connect, REFUSED), ROW(bind, REFUSED), ROW(listen, REFUSED), ROW(accept4, REFUSED),
    ROW(socketpair, REFUSED), ROW(pipe2, REFUSED), ROW(sendmmsg, REFUSED), ROW(recvmmsg, REFUSED),
    ROW(clone, REFUSED), ROW(fork, REFUSED), ROW(vfork, REFUSED), ROW(execve, REFUSED), ROW(execveat, REFUSED),
    ROW(kill, REFUSED), ROW(tkill, REFUSED), ROW(tgkill, REFUSED), ROW(rt_sigqueueinfo, REFUSED),
    ROW(rt_tgsigqueueinfo, REFUSED),
    ROW(pidfd_send_signal, REFUSED), ROW(pidfd_getfd, REFUSED), ROW(ptrace, REFUSED),
    ROW(process_madvise, REFUSED), ROW(kcmp, REFUSED), ROW(setrlimit, REFUSED), ROW(prlimit64, REFUSED),
    ROW(prctl, REFUSED),
    ROW(fcntl, REFUSED), ROW(flock, REFUSED), ROW(ioctl, REFUSED), ROW(capset, REFUSED), ROW(setuid, REFUSED),
    ROW(setgid, REFUSED),
    ROW(setreuid, REFUSED), ROW(setregid, REFUSED), ROW(setresuid, REFUSED), ROW(setresgid, REFUSED),
    ROW(setgroups, REFUSED),
    ROW(setpgid, REFUSED), ROW(setsid, REFUSED), ROW(unshare, REFUSED), ROW(setns, REFUSED), ROW(seccomp, REFUSED),
    ROW(bpf, REFUSED),
    ROW(io_uring_setup, REFUSED), ROW(userfaultfd, REFUSED), ROW(keyctl, REFUSED), ROW(add_key, REFUSED),
    ROW(init_module, REFUSED),
    ROW(finit_module, REFUSED), ROW(kexec_load, REFUSED), ROW(reboot, REFUSED), ROW(swapon, REFUSED),
    ROW(settimeofday, REFUSED),
    ROW(clock_settime, REFUSED), ROW(sethostname, REFUSED), ROW(personality, REFUSED),
    ROW(sched_setaffinity, REFUSED),
    ROW(sched_setscheduler, REFUSED), ROW(setpriority, REFUSED), ROW(ioperm, REFUSED), ROW(iopl, REFUSED),
    ROW(modify_ldt, REFUSED),
    ROW(shmget, REFUSED), ROW(shmat, REFUSED), ROW(mq_open, REFUSED), ROW(inotify_init1, REFUSED),
    ROW(fanotify_init, REFUSED),
    ROW(syslog, REFUSED), ROW(acct, REFUSED), ROW(quotactl, REFUSED), ROW(io_uring_enter, REFUSED),
    ROW(io_uring_register, REFUSED),
    ROW(request_key, REFUSED), ROW(memfd_secret, REFUSED), ROW(pkey_mprotect, REFUSED), ROW(remap_file_pages, REFUSED),
    ROW(splice, REFUSED), ROW(vmsplice, REFUSED), ROW(tee, REFUSED), ROW(sendfile, REFUSED), ROW(copy_file_range, REFUSED),
    ROW(name_to_handle_at, REFUSED), ROW(open_tree, REFUSED), ROW(move_mount, REFUSED), ROW(fsopen, REFUSED),
    ROW(mount_setattr, REFUSED),
    ROW(process_mrelease, REFUSED), ROW(migrate_pages, REFUSED), ROW(move_pages, REFUSED), ROW(mlockall, REFUSED),
    ROW(mlock, REFUSED), ROW(mlock2, REFUSED), ROW(sched_setattr, REFUSED), ROW(ioprio_set, REFUSED), ROW(timer_create, REFUSED),
    ROW(timerfd_create, REFUSED), ROW(signalfd4, REFUSED), ROW(delete_module, REFUSED), ROW(swapoff, REFUSED),
    ROW(vhangup, REFUSED),
    ROW(removexattr, REFUSED), ROW(fremovexattr, REFUSED), ROW(lsetxattr, REFUSED), ROW(fsetxattr, REFUSED),
    ROW(landlock_create_ruleset, REFUSED), ROW(landlock_restrict_self, REFUSED),
};
