/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Splay links: binary trees whose nodes drivers embed, own and serialize. A root's parent is the
 * root itself. Nothing here compares nodes, allocates or takes a lock; all may run at any IRQL when
 * the nodes are resident.
 */
#include "rtl/rtlp.h"
#include "rtl/table.h"

static inline BOOLEAN RtlpIsRoot(const RTL_SPLAY_LINKS *Links)
{
    return Links->Parent == Links;
}

/* Puts Child, which may be NULL, where Links is below its parent; a root's place is taken by making
 * Child one. */
static inline void RtlpReplaceChild(RTL_SPLAY_LINKS *Links, RTL_SPLAY_LINKS *Child)
{
    RTL_SPLAY_LINKS *Parent = Links->Parent;

    if (Parent == Links)
        Parent = Child;
    else if (Parent->LeftChild == Links)
        Parent->LeftChild = Child;
    else
        Parent->RightChild = Child;
    if (Child != NULL)
        Child->Parent = Parent;
}

/* Links goes up one level and its parent down to the other side. */
static inline void RtlpRotateUp(RTL_SPLAY_LINKS *Links)
{
    RTL_SPLAY_LINKS *Parent = Links->Parent;
    RTL_SPLAY_LINKS *Inner;

    RtlpReplaceChild(Parent, Links);
    if (Parent->LeftChild == Links) {
        Inner = Links->RightChild;
        Parent->LeftChild = Inner;
        Links->RightChild = Parent;
    } else {
        Inner = Links->LeftChild;
        Parent->RightChild = Inner;
        Links->LeftChild = Parent;
    }
    if (Inner != NULL)
        Inner->Parent = Parent;
    Parent->Parent = Links;
}

/*
 * RtlSplay - bring a node to the root of its tree, shortening the way to what was near it.
 *
 * IRQL:    any, if the nodes are resident
 * Returns: Links, the new root.
 * Source:  DOC ntddk/RtlSplay
 */
RTL_SPLAY_LINKS *NTAPI RtlSplay(RTL_SPLAY_LINKS *Links)
{
    while (!RtlpIsRoot(Links)) {
        RTL_SPLAY_LINKS *Parent = Links->Parent;

        if (!RtlpIsRoot(Parent)) {
            BOOLEAN SameSide = (Parent->LeftChild == Links) ==
                (Parent->Parent->LeftChild == Parent);
            RtlpRotateUp(SameSide ? Parent : Links);
        }
        RtlpRotateUp(Links);
    }
    return Links;
}

/* Takes Links out of its tree. Returns the node that was above the place that closed, or the new
 * root; NULL: none left. */
static RTL_SPLAY_LINKS *NTAPI RtlpUnlink(RTL_SPLAY_LINKS *Links)
{
    RTL_SPLAY_LINKS *Child = Links->LeftChild != NULL ? Links->LeftChild : Links->RightChild;
    RTL_SPLAY_LINKS *Near;

    if (Links->LeftChild != NULL && Links->RightChild != NULL) {
        RTL_SPLAY_LINKS *Stand = RtlSubtreePredecessor(Links);

        Near = Stand->Parent == Links ? Stand : Stand->Parent;
        RtlpReplaceChild(Stand, Stand->LeftChild);
        Stand->LeftChild = Links->LeftChild;
        Stand->RightChild = Links->RightChild;
        if (Stand->LeftChild != NULL)
            Stand->LeftChild->Parent = Stand;
        Stand->RightChild->Parent = Stand;
        RtlpReplaceChild(Links, Stand);
        return Near;
    }
    Near = RtlpIsRoot(Links) ? Child : Links->Parent;
    RtlpReplaceChild(Links, Child);
    return Near;
}

/*
 * RtlDelete - take a node out of its tree and splay the one above it.
 *
 * IRQL:    any, if the nodes are resident
 * Returns: the new root; NULL: the tree is empty.
 * Source:  DOC ntddk/RtlDelete
 */
RTL_SPLAY_LINKS *NTAPI RtlDelete(RTL_SPLAY_LINKS *Links)
{
    RTL_SPLAY_LINKS *Near = RtlpUnlink(Links);

    return Near != NULL ? RtlSplay(Near) : NULL;
}

/*
 * RtlDeleteNoSplay - take a node out of its tree and leave the others where they are.
 *
 * Root:    of the tree; changed when the root was deleted, to NULL when nothing is left.
 * IRQL:    any, if the nodes are resident
 * Source:  DOC ntddk/RtlDeleteNoSplay
 */
void NTAPI RtlDeleteNoSplay(RTL_SPLAY_LINKS *Links, RTL_SPLAY_LINKS **Root)
{
    RTL_SPLAY_LINKS *Near = RtlpUnlink(Links);

    if (*Root != Links)
        return;
    while (Near != NULL && !RtlpIsRoot(Near))
        Near = Near->Parent;
    *Root = Near;
}

/*
 * RtlSubtreeSuccessor, RtlSubtreePredecessor - the node next to Links in order among those below
 * it; NULL: none.
 *
 * IRQL:    any, if the nodes are resident
 * Source:  DOC ntddk/RtlSubtreeSuccessor, RtlSubtreePredecessor
 */
RTL_SPLAY_LINKS *NTAPI RtlSubtreeSuccessor(RTL_SPLAY_LINKS *Links)
{
    RTL_SPLAY_LINKS *Next = Links->RightChild;

    while (Next != NULL && Next->LeftChild != NULL)
        Next = Next->LeftChild;
    return Next;
}

RTL_SPLAY_LINKS *NTAPI RtlSubtreePredecessor(RTL_SPLAY_LINKS *Links)
{
    RTL_SPLAY_LINKS *Next = Links->LeftChild;

    while (Next != NULL && Next->RightChild != NULL)
        Next = Next->RightChild;
    return Next;
}

/*
 * RtlRealSuccessor, RtlRealPredecessor - the node next to Links in order in the whole tree; NULL:
 * none.
 *
 * IRQL:    any, if the nodes are resident
 * Source:  DOC ntddk/RtlRealSuccessor, RtlRealPredecessor
 */
RTL_SPLAY_LINKS *NTAPI RtlRealSuccessor(RTL_SPLAY_LINKS *Links)
{
    if (Links->RightChild != NULL)
        return RtlSubtreeSuccessor(Links);
    while (Links->Parent->RightChild == Links)
        Links = Links->Parent;
    return Links->Parent->LeftChild == Links ? Links->Parent : NULL;
}

RTL_SPLAY_LINKS *NTAPI RtlRealPredecessor(RTL_SPLAY_LINKS *Links)
{
    if (Links->LeftChild != NULL)
        return RtlSubtreePredecessor(Links);
    while (Links->Parent->LeftChild == Links)
        Links = Links->Parent;
    return Links->Parent->RightChild == Links ? Links->Parent : NULL;
}
