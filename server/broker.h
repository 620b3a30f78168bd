/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What a supervisor does for a machine's process that is in a sandbox (sandbox.h): calls of Linux
 * that its filter leaves to the supervisor wait here, on a thread of their own, for being carried
 * out, or refused. Carried out is: what happens in the folder that is C:, by one name at a time and
 * never through a symbolic link; reading images of programs (PE, ELF), time zones and what /proc
 * says of processes; the sockets that tell of processes; reaching the memory of clients. Nothing of
 * a request is believed: names are copied once, descriptors are looked at here. What is refused is
 * told, with the name of the call, but for the loader's own reading: that a service's file is no
 * image is an error for who starts it.
 */
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define BROKER_CLIENTS 1024u

struct broker {
    int ends[2];          /* of the socket the listener comes over: ours, the child's */
    int listener;
    int watch;     /* of Linux's epoll: the first end, then the listener; clients, for their ends */
    pid_t process; /* the machine's */
    const char *drive_c; /* absolute, without links; NULL: none */
    void (*refused)(void *context, const char *text);
    void *context;
    unsigned told;        /* refusals */
    bool one_name;        /* Linux has no openat2 here: names are followed by us, one at a time */
    pthread_t thread;
    bool running;
    pthread_mutex_t lock; /* guards the rest */
    struct broker_client {
        pid_t process;
        int pidfd;
    } *clients;
    size_t client_count;
    bool deserted;        /* the broker's thread has ended: clients are of no use */
};

/* Before the fork. The rest of the broker is the caller's to fill in until broker_start. False:
 * errno. */
bool broker_open(struct broker *broker);
/* In the child: the socket for sandbox_options. */
int broker_in_child(struct broker *broker);
/* In the parent. process -1: the fork failed. */
void broker_start(struct broker *broker, pid_t process);
/* A program whose memory the machine may reach from now on, until it ends. Any thread. */
void broker_add_client(struct broker *broker, pid_t process);
/* The machine's process is gone. */
void broker_finish(struct broker *broker);
