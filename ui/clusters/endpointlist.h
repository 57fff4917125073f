#pragma once

#include "ui/clusters/endpointmodel.h"

#include <QStringList>
#include <QWidget>

class QAction;
class QMenu;
class QProgressBar;
class QPushButton;
class QToolButton;

namespace qcc {

/// The endpoints of a cluster, one of them selected, and what can be done to them. An empty name is the endpoint that is being added. They stand by
/// their priorities, or sorted by the first byte of their tests, which changes no priority.
class EndpointList : public QWidget
{
    Q_OBJECT

public:
    explicit EndpointList(QWidget *parent = nullptr);

    void setRows(const QList<EndpointRow> &rows, const QString &selected);
    /// Where an endpoint can be moved to.
    void setOtherClusters(const QStringList &names) { m_otherClusters = names; }
    void takeFocus();
    /// The buttons for all of them, which stand above the list.
    QWidget *tools() const { return m_tools; }
    RowView *view() const { return m_view; }
    QString nameAt(int row) const { return m_model->row(row).name; }
    /// Tests of the selected one, whose shortcuts hold where they are added to.
    QList<QAction *> testActs() const { return {m_testAct, m_messageAct}; }
    /// `total` 0: no test is under way.
    void setProgress(int answered, int total);
    void setResettable(bool resettable);
    /// What was typed into the selected endpoint can be saved.
    void setSavable(bool savable) { m_savable = savable; }
    int leastHeight() const;
    /// With little room for the buttons, those that are elsewhere, too, are left out.
    void setNarrow(bool narrow);

Q_SIGNALS:
    void selected(const QString &endpoint);
    void addRequested();
    void importRequested();
    void cloneRequested(const QString &endpoint);
    void deleteRequested(const QString &endpoint);
    void moveToRequested(const QString &endpoint, const QString &cluster);
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
    void makeTools();
    void makeMenu();
    QAction *addAct(const QString &text, const QKeySequence &shortcut = {});
    QString current() const;
    void offerActs();
    void offerClusters();
    void copyDetails() const;
    void order(int from, int to);
    void headerClicked(int column);
    void sortBy(Sorting sorting);
    void sortRows(QList<EndpointRow> &rows);
    void explainOrder(int row);

    EndpointModel *m_model;
    RowView *m_view;
    QMenu *m_menu;
    QMenu *m_moveTo;
    QAction *m_testAct;
    QAction *m_messageAct;
    QAction *m_enableAct;
    QAction *m_resetAct;
    QAction *m_cloneAct;
    QAction *m_deleteAct;
    QAction *m_sortAct;
    QAction *m_messageAllAct;
    QWidget *m_tools;
    QPushButton *m_import;
    QPushButton *m_add;
    QToolButton *m_moreTests;
    QPushButton *m_testAll;
    QProgressBar *m_progress;
    QPushButton *m_cancel;
    QStringList m_otherClusters;
    QList<EndpointRow> m_rows; ///< By priority.
    Sorting m_sorting = Sorting::None;
    QStringList m_sorted; ///< Keys, as they were sorted last: while tests run nothing moves.
    bool m_resettable = false;
    bool m_savable = false;
    bool m_testing = false;
    bool m_narrow = false;
    bool m_filling = false;
};

} // namespace qcc
