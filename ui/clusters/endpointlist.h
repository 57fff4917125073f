#pragma once

#include "ui/clusters/endpointmodel.h"

#include <QStringList>
#include <QWidget>

class QAction;
class QLabel;
class QMenu;
class QProgressBar;
class QPushButton;
class QToolButton;

namespace qcc {

class RowView;

/// The endpoints of a cluster, one of them selected, and what can be done to them. An empty name is the endpoint that is being added. They stand by
/// their priorities, or sorted by the first byte of their tests, which changes no priority.
class EndpointList : public QWidget
{
    Q_OBJECT

public:
    explicit EndpointList(QWidget *parent = nullptr);

    void setRows(const QList<EndpointRow> &rows, const QString &selected);
    void takeFocus();
    /// Tests the selected one with a message; its shortcut holds where the act is added to.
    QAction *messageAct() const { return m_messageAct; }
    /// `total` 0: no test is under way.
    void setProgress(int answered, int total);
    void setResettable(bool resettable);
    /// What was typed into the selected endpoint can be saved.
    void setSavable(bool savable) { m_savable = savable; }

Q_SIGNALS:
    void selected(const QString &endpoint);
    void addRequested();
    void cloneRequested(const QString &endpoint);
    void deleteRequested(const QString &endpoint);
    void enableRequested(const QString &endpoint, bool enabled);
    /// The endpoints as they are to stand, the first one first.
    void orderRequested(const QStringList &endpoints);
    /// Where something was typed, it is to be saved before.
    void testRequested(const QString &endpoint, qcc::TestKind kind);
    void testAllRequested(qcc::TestKind kind);
    void testCancelled();
    void resetRequested(const QString &endpoint);

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    enum class Sorting { None, FastestFirst, SlowestFirst };

    void sizeColumns();
    QLayout *makeButtons();
    void makeMenu();
    QString current() const;
    void offerActs();
    void order(int from, int to);
    void hideWhatHasNoRoom();
    void headerClicked(int column);
    void sortBy(Sorting sorting);
    void sortRows(QList<EndpointRow> &rows);
    void explainOrder(int row);

    EndpointModel *m_model;
    RowView *m_view;
    QMenu *m_menu;
    QAction *m_resetAct = nullptr;
    QAction *m_sortAct = nullptr;
    QAction *m_messageAct = nullptr;
    QAction *m_messageAllAct = nullptr;
    QPushButton *m_add;
    QPushButton *m_clone;
    QPushButton *m_delete;
    QPushButton *m_test;
    QToolButton *m_moreTests;
    QPushButton *m_testAll;
    QProgressBar *m_progress;
    QPushButton *m_cancel;
    QList<EndpointRow> m_rows; ///< By priority.
    Sorting m_sorting = Sorting::None;
    QStringList m_sorted; ///< Keys, as they were sorted last: while tests run nothing moves.
    bool m_resettable = false;
    bool m_savable = false;
    bool m_testing = false;
    bool m_filling = false;
};

} // namespace qcc
