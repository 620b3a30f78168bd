/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlSplay and its family - trees of links that the caller owns.
 */
#include "ktest.h"

/* 4
 *     2   6
 *    1 3 5 7
 */
static RTL_SPLAY_LINKS Node[8];

static VOID Link(ULONG Parent, ULONG Left, ULONG Right)
{
    Node[Parent].LeftChild = &Node[Left];
    Node[Parent].RightChild = &Node[Right];
    Node[Left].Parent = &Node[Parent];
    Node[Right].Parent = &Node[Parent];
}

static VOID MakeTree(VOID)
{
    RtlZeroMemory(Node, sizeof(Node));
    Node[4].Parent = &Node[4];
    Link(4, 2, 6);
    Link(2, 1, 3);
    Link(6, 5, 7);
}

/* Whether the tree has the nodes of Mask in order, every parent is right, and its height is what
 * was asked. */
static BOOLEAN InOrder(RTL_SPLAY_LINKS *Root, ULONG Mask)
{
    RTL_SPLAY_LINKS *At = Root;
    ULONG I;

    if (Root->Parent != Root)
        return FALSE;
    while (At->LeftChild != NULL) {
        if (At->LeftChild->Parent != At)
            return FALSE;
        At = At->LeftChild;
    }
    for (I = 1; I < 8; I++) {
        if (!(Mask & (1u << I)))
            continue;
        if (At != &Node[I])
            return FALSE;
        At = RtlRealSuccessor(At);
    }
    return At == NULL;
}

TEST(RtlSplay, MakesEachNodeTheRoot)
{
    ULONG I;

    for (I = 1; I < 8; I++) {
        MakeTree();
        CHECK_PTR(RtlSplay(&Node[I]), &Node[I]);
        CHECK(InOrder(&Node[I], 0xFE));
    }
}

TEST(RtlSplay, RotatesInPairs)
{
    MakeTree();
    RtlSplay(&Node[1]); /* same side twice: 1, then 2, then 4 */
    CHECK_PTR(Node[1].RightChild, &Node[2]);
    CHECK_PTR(Node[2].RightChild, &Node[4]);
    CHECK_PTR(Node[4].LeftChild, &Node[3]);
    MakeTree();
    RtlSplay(&Node[3]); /* one side, then the other: 2 and 4 below it */
    CHECK_PTR(Node[3].LeftChild, &Node[2]);
    CHECK_PTR(Node[3].RightChild, &Node[4]);
}

TEST(RtlDelete, KeepsTheOthersInOrder)
{
    ULONG I;

    for (I = 1; I < 8; I++) {
        MakeTree();
        CHECK(InOrder(RtlDelete(&Node[I]), 0xFE & ~(1u << I)));
    }
}

TEST(RtlDelete, LeavesNothingOfTheLast)
{
    RTL_SPLAY_LINKS One = {&One, NULL, NULL};

    CHECK_PTR(RtlDelete(&One), NULL);
}

TEST(RtlDeleteNoSplay, MovesNoOtherNode)
{
    RTL_SPLAY_LINKS *Root = &Node[4];
    ULONG I;

    MakeTree();
    RtlDeleteNoSplay(&Node[7], &Root);
    CHECK_PTR(Root, &Node[4]);
    CHECK_PTR(Node[4].RightChild, &Node[6]);
    CHECK_PTR(Node[6].RightChild, NULL);
    for (I = 1; I < 8; I++) {
        MakeTree();
        Root = &Node[4];
        RtlDeleteNoSplay(&Node[I], &Root);
        CHECK(InOrder(Root, 0xFE & ~(1u << I)));
    }
}

TEST(RtlDeleteNoSplay, TellsOfTheEmptyTree)
{
    RTL_SPLAY_LINKS One = {&One, NULL, NULL};
    RTL_SPLAY_LINKS *Root = &One;

    RtlDeleteNoSplay(&One, &Root);
    CHECK_PTR(Root, NULL);
}

TEST(RtlRealSuccessor, GoesThroughTheTree)
{
    ULONG I;

    MakeTree();
    for (I = 1; I < 7; I++)
        CHECK_PTR(RtlRealSuccessor(&Node[I]), &Node[I + 1]);
    CHECK_PTR(RtlRealSuccessor(&Node[7]), NULL);
}

TEST(RtlRealPredecessor, GoesThroughTheTree)
{
    ULONG I;

    MakeTree();
    for (I = 7; I > 1; I--)
        CHECK_PTR(RtlRealPredecessor(&Node[I]), &Node[I - 1]);
    CHECK_PTR(RtlRealPredecessor(&Node[1]), NULL);
}

TEST(RtlSubtreeSuccessor, StaysBelow)
{
    MakeTree();
    CHECK_PTR(RtlSubtreeSuccessor(&Node[4]), &Node[5]);
    CHECK_PTR(RtlSubtreeSuccessor(&Node[3]), NULL);
}

TEST(RtlSubtreePredecessor, StaysBelow)
{
    MakeTree();
    CHECK_PTR(RtlSubtreePredecessor(&Node[4]), &Node[3]);
    CHECK_PTR(RtlSubtreePredecessor(&Node[5]), NULL);
}
